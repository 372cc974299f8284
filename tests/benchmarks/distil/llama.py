"""The Llama architecture in JAX: what a model predicts for a packed row of token sequences."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from tests.benchmarks.distil.weights import Shape, Tensors

MATRICES = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
"""Of each block; adapters may be added to them."""

Adapters = dict[str, tuple[Array, Array]]
"""Matrices of low rank that are added to others: (outputs, rank) and (rank, inputs)."""

_FAR = -1e30


class Row(NamedTuple):
    """Token sequences one behind the other; all continue the first one, the shared prefix."""

    tokens: Any
    positions: Any
    """Of each token in its own sequence, which begins with the prefix."""
    sequence: Any
    """Which sequence a token belongs to; 0 is the prefix, -1 is padding."""


def logits(tensors: Tensors, adapters: Adapters, shape: Shape, row: Row, places: Array) -> Array:
    """Return what is predicted behind the tokens at `places`: shape (places, vocabulary)."""
    states = tensors["token_embd.weight"][row.tokens]
    turn = _rotation(row.positions, tensors, shape)
    mask = _visible(row)
    for number in range(shape.blocks):
        states = _block(states, _Block(tensors, adapters, shape, f"blk.{number}."), turn, mask)
    states = _normalised(states[places], tensors["output_norm.weight"], shape)
    return states @ tensors.get("output.weight", tensors["token_embd.weight"]).T


class _Block(NamedTuple):
    tensors: Tensors
    adapters: Adapters
    shape: Shape
    prefix: str

    def times(self, states: Array, matrix: str) -> Array:
        """Return the product with a matrix of the block, its adapter included."""
        name = f"{self.prefix}{matrix}.weight"
        product = states @ self.tensors[name].T
        if name in self.adapters:
            out, into = self.adapters[name]
            product = product + (states @ into.T) @ out.T
        return product

    def normalised(self, states: Array, vector: str) -> Array:
        """Return the states over their root mean square, times a vector of the block."""
        return _normalised(states, self.tensors[f"{self.prefix}{vector}.weight"], self.shape)


def _block(states: Array, block: _Block, turn: tuple[Array, Array], mask: Array) -> Array:
    states = states + _attention(block.normalised(states, "attn_norm"), block, turn, mask)
    inner = block.normalised(states, "ffn_norm")
    gated = jax.nn.silu(block.times(inner, "ffn_gate")) * block.times(inner, "ffn_up")
    return states + block.times(gated, "ffn_down")


def _attention(states: Array, block: _Block, turn: tuple[Array, Array], mask: Array) -> Array:
    length, shape = len(states), block.shape
    groups = shape.heads // shape.key_heads
    queries = block.times(states, "attn_q").reshape(length, shape.key_heads, groups, -1)
    keys = block.times(states, "attn_k").reshape(length, shape.key_heads, 1, -1)
    values = block.times(states, "attn_v").reshape(length, shape.key_heads, -1)
    queries, keys = _turned(queries, turn), _turned(keys, turn)[:, :, 0]
    scores = jnp.einsum("qkgd,pkd->kgqp", queries, keys) / jnp.sqrt(queries.shape[-1])
    weights = jax.nn.softmax(jnp.where(mask, scores, _FAR), axis=-1)
    mixed = jnp.einsum("kgqp,pkd->qkgd", weights, values).reshape(length, -1)
    return block.times(mixed, "attn_output")


def _normalised(states: Array, weight: Array, shape: Shape) -> Array:
    mean_square = jnp.mean(states * states, axis=-1, keepdims=True)
    return states * jax.lax.rsqrt(mean_square + shape.epsilon) * weight


def _rotation(positions: Array, tensors: Tensors, shape: Shape) -> tuple[Array, Array]:
    """Return cosines and sines by which pairs of neighbours are turned."""
    half = tensors["blk.0.attn_q.weight"].shape[0] // shape.heads // 2
    speeds = shape.rope_base ** (-jnp.arange(half) / half)
    angles = (positions[:, None] * speeds)[:, None, None, :]
    return jnp.cos(angles), jnp.sin(angles)


def _turned(states: Array, turn: tuple[Array, Array]) -> Array:
    cosine, sine = turn
    first, second = states[..., 0::2], states[..., 1::2]
    pairs = (first * cosine - second * sine, first * sine + second * cosine)
    return jnp.stack(pairs, axis=-1).reshape(states.shape)


def _visible(row: Row) -> Array:
    """Return which token (row) sees which (column): earlier ones of its sequence and the prefix."""
    place = jnp.arange(len(row.tokens))
    is_earlier = place[:, None] >= place[None, :]
    is_shared = row.sequence[None, :] == 0
    return is_earlier & (is_shared | (row.sequence[:, None] == row.sequence[None, :]))
