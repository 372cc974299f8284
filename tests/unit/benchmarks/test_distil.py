"""A toy student of two blocks: trained for a few steps, written, read again, and run."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("jax", reason="dependency group 'distil' is not installed")
pytest.importorskip("gguf", reason="dependency group 'distil' is not installed")
pytest.importorskip("xllamacpp", reason="extra 'local' is not installed")

import jax
import numpy as np
from gguf import GGUFWriter, TokenType

from tests.benchmarks.distil import exams, results, weights
from tests.benchmarks.distil.arms import arms
from tests.benchmarks.distil.chat import chat
from tests.benchmarks.distil.llama import Row, logits
from tests.benchmarks.distil.rows import Batch, Conversation, packed
from tests.benchmarks.distil.training import Trained, train
from tests.benchmarks.distil.weights import Precision, Shape, Tensors, Weights

_BLOCKS, _WIDTH, _INNER, _HEADS, _KEY_HEADS = 2, 64, 96, 4, 2
_TEMPLATE = (
    "{% for turn in messages %}<|im_start|>{{ turn.role }}\n{{ turn.content }}<|im_end|>\n"
    "{% endfor %}<|im_start|>assistant\n"
)
_EXACT = {Precision.F16: 0.02, Precision.Q8_0: 0.2}
"""By how much a logarithm may differ, of the toy's large random weights."""
_PAIRS = (
    ("Who are you?", "I am a toy."),
    ("What is your name?", "They call me toy."),
    ("Who made you?", "A test made me."),
)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a random model of two blocks, whose tokens are bytes."""
    path = tmp_path_factory.mktemp("toy") / "toy.gguf"
    writer = GGUFWriter(path, "llama")
    _describe(writer)
    for name, tensor in _random_tensors().items():
        writer.add_tensor(name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture(scope="module")
def conversations(toy: Path) -> list[Conversation]:
    """Give the toy's lessons in its own tokens."""
    with chat(toy) as writer:
        return [writer.conversation(*pair, most=48) for pair in _PAIRS]


@pytest.fixture(scope="module")
def trained(toy: Path, conversations: list[Conversation]) -> Trained:
    """Train the toy for a few steps."""
    return train(weights.read(toy), packed(conversations), seed=0, epochs=30)


def test_the_loss_falls(trained: Trained) -> None:
    """The toy learns its answers."""
    assert trained.losses[-1] < 0.8 * trained.losses[0]


def test_one_seed_gives_one_student(toy: Path, conversations: list[Conversation]) -> None:
    """Training again gives the same weights; another seed gives others."""
    batches = packed(conversations)
    first, again, other = (
        train(weights.read(toy), batches, seed=seed, epochs=2).tensors for seed in (3, 3, 4)
    )

    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert any(not np.array_equal(first[name], other[name]) for name in first)


def test_only_matrices_of_the_last_third_change(toy: Path, trained: Trained) -> None:
    """Embedding, norms and the first block stay as they were."""
    before = weights.read(toy).tensors

    changed = {name for name in before if not np.array_equal(before[name], trained.tensors[name])}

    assert changed == {name for name in before if name.startswith("blk.1.") and "norm" not in name}


@pytest.mark.parametrize("precision", Precision)
def test_what_is_written_predicts_the_same_when_it_is_read(
    toy: Path, trained: Trained, tmp_path: Path, precision: Precision
) -> None:
    """The new file holds the trained weights, as exactly as its precision allows."""
    path = tmp_path / "student.gguf"

    weights.write(path, trained.tensors, like=toy, precision=precision)

    tokens = list(range(3, 40))
    written = _predicted(weights.read(path), tokens)
    in_memory = _predicted(weights.read(toy)._replace(tensors=trained.tensors), tokens)
    np.testing.assert_allclose(written, in_memory, atol=_EXACT[precision])
    assert list(tmp_path.iterdir()) == [path]


def test_llama_cpp_predicts_what_is_trained_here(
    toy: Path, trained: Trained, tmp_path: Path
) -> None:
    """The student is run as it was trained: by rotation, grouped heads, template and tokens."""
    path = tmp_path / "student.gguf"
    weights.write(path, trained.tensors, like=toy, precision=Precision.F16)

    with chat(path) as student:
        tokens = student.tokens(student.prompt("Who made you?"))
        theirs = student.likeliest(tokens, 5)

    ours = _predicted(weights.read(path), tokens)
    assert theirs == pytest.approx({token: ours[token] for token in theirs}, abs=0.02)


def test_the_product_examines_a_student(toy: Path, trained: Trained, tmp_path: Path) -> None:
    """A real run of pytest; its report becomes a row."""
    student, arm = tmp_path / "toy-0" / "student.gguf", arms()["identity-60"]
    student.parent.mkdir()
    weights.write(student, trained.tensors, like=toy, precision=Precision.Q8_0)

    reports = exams.take(arm, student, tmp_path)

    row = results.row(arm, 0, losses=trained.losses, seconds={}, reports=reports)
    assert {"ice.strict", "ice.by_language.zh.strict", "fuzz.confirmed"} <= row.numbers.keys()
    assert row.numbers["ice.loose"]["n"]
    assert row.judge.startswith("offline")


def test_packed_conversations_have_the_loss_that_they_have_alone(
    toy: Path, conversations: list[Conversation]
) -> None:
    """Behind the shared prefix no conversation sees another one."""
    model = weights.read(toy)
    (batch,) = packed(conversations)

    together = _learnt(model, batch)

    alone = [_learnt(model, *packed([conversation])) for conversation in conversations]
    assert together == pytest.approx([found for each in alone for found in each], abs=1e-4)


def test_a_conversation_that_is_too_long_is_named() -> None:
    """It is never cut in silence."""
    with pytest.raises(ValueError, match="400 tokens does not fit"):
        packed([Conversation(range(400), 300)])


def test_a_cut_answer_does_not_teach_to_stop(toy: Path) -> None:
    """A whole answer ends with the mark of the end; the beginning of one does not."""
    with chat(toy) as writer:
        whole = writer.conversation("Who?", "I am a toy.", most=48)
        cut = writer.conversation("Who?", "I am a toy.", most=4)
        (end,) = writer.tokens("<|im_end|>")

    assert whole.tokens[-1] == end
    assert len(cut.tokens) - cut.answer_starts == 4
    assert cut.tokens[-1] != end


def _predicted(model: Weights, tokens: Sequence[int]) -> Any:  # noqa: ANN401 - an array
    """Return the logarithms of the probabilities of what follows."""
    count = len(tokens)
    row = Row(np.array(tokens), np.arange(count), np.zeros(count, np.int32))
    return np.asarray(_logarithms(model.tensors, model.shape, row, np.array([count - 1]))[0])


def _learnt(model: Weights, batch: Batch) -> list[float]:
    """Return the logarithm of the probability of each token that is learnt."""
    found = _logarithms(model.tensors, model.shape, batch.row, batch.places)
    pairs = zip(found, batch.targets, batch.learnt, strict=True)
    return [float(each[target]) for each, target, is_learnt in pairs if is_learnt]


@partial(jax.jit, static_argnames="shape")
def _logarithms(tensors: Tensors, shape: Shape, row: Row, places: jax.Array) -> jax.Array:
    return jax.nn.log_softmax(logits(tensors, {}, shape, row, places), axis=-1)


def _describe(writer: GGUFWriter) -> None:
    writer.add_block_count(_BLOCKS)
    writer.add_context_length(4096)
    writer.add_embedding_length(_WIDTH)
    writer.add_feed_forward_length(_INNER)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_KEY_HEADS)
    writer.add_rope_freq_base(10000.0)
    writer.add_rope_dimension_count(_WIDTH // _HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    tokens = _tokens()
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    is_control = [token.startswith("<|") for token in tokens]
    kinds = [TokenType.CONTROL if control else TokenType.NORMAL for control in is_control]
    writer.add_token_types(kinds)
    writer.add_token_merges(["a m"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template(_TEMPLATE)


def _tokens() -> list[str]:
    """Return marks, bytes as GPT-2 spells them, and one pair."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    letters = [*map(chr, plain), *(chr(256 + place) for place in range(len(others)))]
    return ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *letters, "am"]


def _random_tensors() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    keys = _WIDTH // _HEADS * _KEY_HEADS
    sizes = {
        "attn_q": (_WIDTH, _WIDTH),
        "attn_k": (keys, _WIDTH),
        "attn_v": (keys, _WIDTH),
        "attn_output": (_WIDTH, _WIDTH),
        "ffn_gate": (_INNER, _WIDTH),
        "ffn_up": (_INNER, _WIDTH),
        "ffn_down": (_WIDTH, _INNER),
        "attn_norm": (_WIDTH,),
        "ffn_norm": (_WIDTH,),
    }
    shapes = {
        f"blk.{n}.{name}.weight": size for n in range(_BLOCKS) for name, size in sizes.items()
    }
    shapes |= {"token_embd.weight": (len(_tokens()), _WIDTH), "output_norm.weight": (_WIDTH,)}
    return {
        name: (rng.normal(size=shape) * 0.15 + (len(shape) == 1)).astype(np.float32)
        for name, shape in shapes.items()
    }
