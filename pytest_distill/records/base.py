"""What every record is."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Scalar = str | int | float | bool

Rate = Annotated[float, Field(ge=0.0, le=1.0)]

NonNegative = Annotated[float, Field(ge=0.0)]

Level = Annotated[float, Field(ge=1.0, le=5.0)]

Count = Annotated[int, Field(ge=0)]


class Record(BaseModel):
    """A value: frozen, closed to unknown keys, free of NaN and infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class DeferredRecord(Record):
    """A record that most processes of a run never make: it is built when the first one is."""

    model_config = ConfigDict(defer_build=True)
