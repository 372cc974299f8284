"""Base classes and field types of records."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Scalar = str | int | float | bool

Rate = Annotated[float, Field(ge=0.0, le=1.0)]

NonNegative = Annotated[float, Field(ge=0.0)]

Level = Annotated[float, Field(ge=1.0, le=5.0)]

Count = Annotated[int, Field(ge=0)]


class Record(BaseModel):
    """A frozen value; rejects unknown keys, NaN and infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class DeferredRecord(Record):
    """A record that most processes never use: its validator is built at the first use."""

    model_config = ConfigDict(defer_build=True)
