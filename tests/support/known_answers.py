"""Numbers from independent programs, each table below the commands that made it.

Made with Python 3.11, numpy 2.4.6, scipy 1.17.1 and statsmodels 0.15.0.
"""

WILSON = {
    (0, 10, 0.95): (0.0, 0.27753279986288926),
    (0, 10, 0.99): (0.0, 0.3988540933049082),
    (0, 130, 0.95): (1.734723475976807e-18, 0.02870156119443143),
    (0, 130, 0.99): (0.0, 0.048559312196761496),
    (1, 30, 0.95): (0.005908590381612455, 0.16670390991409176),
    (1, 30, 0.99): (0.003925688565395338, 0.2317757164381748),
    (18, 20, 0.95): (0.6989663547715127, 0.9721335187862318),
    (18, 20, 0.99): (0.6205022134712957, 0.9802134656497014),
    (3, 1000, 0.95): (0.0010207838811386195, 0.008783014053503176),
    (3, 1000, 0.99): (0.0007581012310614674, 0.011793516682924922),
    (500, 1000, 0.95): (0.4690696003681042, 0.5309303996318958),
    (500, 1000, 0.99): (0.45940700521208483, 0.5405929947879151),
    (1000, 1000, 0.95): (0.996173241514445, 1.0),
    (1000, 1000, 0.99): (0.9934088350965931, 0.9999999999999998),
    (7, 7, 0.95): (0.6456695649333125, 0.9999999999999999),
    (7, 7, 0.99): (0.5133885650057457, 1.0),
}
"""By statsmodels::

    {(k, n, 1 - a): statsmodels.stats.proportion.proportion_confint(k, n, alpha=a, method="wilson")}
"""

T_QUANTILE = {
    (0.8, 1): 3.0776835371752544,
    (0.8, 2): 1.8856180831641272,
    (0.8, 2.5): 1.7302509288071766,
    (0.8, 7.3): 1.4089223177480423,
    (0.8, 19): 1.3277282090267986,
    (0.8, 49): 1.29906878474775,
    (0.8, 250.5): 1.2849402597357715,
    (0.8, 999.5): 1.2823991455367676,
    (0.8, 1000): 1.2823987214609247,
    (0.8, 5000): 1.2817209053357184,
    (0.8, 10000000.0): 1.2815516502030833,
    (0.95, 1): 12.706204736174694,
    (0.95, 2): 4.302652729749462,
    (0.95, 2.5): 3.5746548420036817,
    (0.95, 7.3): 2.345066736547703,
    (0.95, 19): 2.0930240544083087,
    (0.95, 49): 2.0095752371292392,
    (0.95, 250.5): 1.969479272051676,
    (0.95, 999.5): 1.9623402703838457,
    (0.95, 1000): 1.9623390808264083,
    (0.95, 5000): 1.9604385517065073,
    (0.95, 10000000.0): 1.959964221767205,
    (0.99, 1): 63.656741162871526,
    (0.99, 2): 9.924843200918287,
    (0.99, 2.5): 7.163728138948783,
    (0.99, 7.3): 3.451031655622185,
    (0.99, 19): 2.8609346064649794,
    (0.99, 49): 2.679951973631552,
    (0.99, 250.5): 2.5955978081906577,
    (0.99, 999.5): 2.5807571664291533,
    (0.99, 1000): 2.580754698065951,
    (0.99, 5000): 2.5768129665562802,
    (0.99, 10000000.0): 2.5758297952037488,
    (0.9999, 1): 6366.197671316637,
    (0.9999, 2): 99.99249984375004,
    (0.9999, 2.5): 46.024215246951954,
    (0.9999, 7.3): 7.621543933518313,
    (0.9999, 19): 4.897461588862216,
    (0.9999, 49): 4.235725936988712,
    (0.9999, 250.5): 3.9541558881341397,
    (0.9999, 999.5): 3.9063516449295097,
    (0.9999, 1000): 3.9063437367014084,
    (0.9999, 5000): 3.8937332089269456,
    (0.9999, 10000000.0): 3.8905934559470445,
}
"""By scipy::

    {(level, df): scipy.stats.t.isf((1 - level) / 2, df)}
"""

REGULARISED_BETA = {
    (0.5, 0.5, 0.1): 0.20483276469913345,
    (2, 3, 0.4): 0.5247999999999999,
    (2, 3, 0.9): 0.9963,
    (10, 0.5, 0.99): 0.6579281751567845,
    (0.001, 5, 0.2): 0.9997834456464277,
    (300, 700, 0.28): 0.0823909765105907,
    (300, 700, 0.35): 0.9996158824051897,
    (5000, 0.5, 0.9999): 0.3173105072579534,
    (1, 1, 0.25): 0.25,
    (40, 3, 0.5): 2.0554580260068178e-10,
}
"""By scipy::

    {(a, b, x): scipy.special.betainc(a, b, x)}
"""


def crossed_cases(
    templates: int,
    probes: int,
    *,
    probes_matter: bool,
    thin: bool,
) -> tuple[list[bool], list[int], list[int]]:
    """Return leaks, templates and probes of a design; a thin one lacks a fifth of its cells."""
    cells = [
        (t, p)
        for t in range(templates)
        for p in range(probes)
        if not thin or (t * p + t + 2 * p) % 5
    ]
    leaks = [
        (7 * t * t + 3 * t * p + p * p + t) % 13 < t % 5 + (p % 4 if probes_matter else 0)
        for t, p in cells
    ]
    return leaks, [t for t, _ in cells], [p for _, p in cells]


CROSSED = {
    (20, 50, True, False): (
        0.0010139356011782592,
        20.87747998042215,
        10.455601980800083,
        0.15004059180986556,
        0.32066221190353117,
    ),
    (20, 50, False, False): (
        0.0007935734072022173,
        18.89214113905906,
        16.328827834872783,
        0.06325971438019261,
        0.2353328811609453,
    ),
    (6, 9, True, True): (
        0.00918197144416871,
        4.792063085215194,
        5.845364350303907,
        0.04275100540436316,
        0.5968660574361301,
    ),
    (12, 30, True, True): (
        0.002068653229298754,
        10.845638750745128,
        7.472853240134466,
        0.12532797686424918,
        0.39263410257620995,
    ),
    (3, 40, True, True): (
        0.0031290498753470683,
        2.0254443117492285,
        19.033079562030206,
        0.011599691696940029,
        0.5879742479932404,
    ),
}
"""By numpy, scipy, statsmodels::

    With t, p, y = the arrays of crossed_cases(T, P, ...), refitting without each cluster:
      r, n = y.mean(), len(y)
      size = lambda g: np.mean([(g == k).sum() for k in g])
      loo = lambda g: np.array([y[g != k].mean() - r for k in np.unique(g)])
      def df(d): S, G = (d**2).sum(), len(d)
                 return min(max(2 * S * S / ((d**4).sum() - S * S / G), 1), G - 1)
      dt, dp, dc = loo(t), loo(p), loo(1000 * t + p)
      VT, VP, VC = [(d**2).sum() for d in (dt, dp, dc)]; V = max(VT + VP - VC, VT, VP)
      f = V**2 / (VT**2 / df(dt) + VP**2 / df(dp)); f = max(min(f, max(len(dt), len(dp)) - 1), 2)
      deff = max(1, V * n / (r * (1 - r))); k = n * min(r, 1 - r) / deff
      use = deff + (max(size(t), size(p)) - 1) * 4 / (4 + k)
      q = scipy.stats.t.isf(.025, f * use / deff)
      proportion_confint(r * n / use, n / use, alpha=2 * scipy.stats.norm.sf(q), method="wilson")
    {(T, P, probes_matter, thin): (V, f, use, low, high)}
"""

STATSMODELS_CR3 = 0.0010139356011782598
"""By statsmodels::

    r = sm.OLS(y, np.ones(1000)).fit() on the cases of crossed_cases(20, 50, True, False);
    b, c0, c1 = cov_cluster_2groups(r, t, p, use_correction=True), all of them the usual
    G / (G - 1); CR3 has it squared: c0 * 20 / 19 + c1 * 50 / 49 - (c0 + c1 - b) * 1000 / 999
"""

ROGAN_GLADEN = {
    (500, 1000, 90, 100, 180, 200, 0.95): (
        0.4999999999999999,
        0.4433634095736026,
        0.5653198861544688,
    ),
    (30, 1000, 190, 225, 250, 260, 0.95): (0.0, 0.0, 0.019642133698358218),
    (0, 130, 95, 100, 98, 100, 0.95): (0.0, 0.0, 0.023951376960209977),
    (130, 130, 95, 100, 98, 100, 0.95): (1.0, 0.9962442297325252, 1.0),
    (313, 1000, 80, 100, 240, 260, 0.99): (
        0.3264893617021276,
        0.2505685480550807,
        0.414076877344055,
    ),
}
"""Leaks and cases, found and known leaks, cleared and known clean, level: estimate and interval.

By the program that arXiv:2511.21140 publishes (github.com/UW-Madison-Lee-Lab/LLM-judge-reporting)::

    point_estimator(p, q0, q1), *confidence_interval(p, q0, q1, n, m0, m1, alpha)
"""

PREDICTION_POWERED: dict[tuple[int, int, float, float | None], tuple[float, float, float]] = {
    (1, 1000, 0.1, 0.0): (0.20353982300884957, 0.12930364601767594, 0.2777760000000232),
    (1, 1000, 0.1, 0.5): (0.264593788348914, 0.21868863031759014, 0.31049894638023784),
    (1, 1000, 0.1, None): (0.27845072112430996, 0.23636641931707603, 0.3205350229315439),
    (2, 600, 0.3, 0.0): (0.3313953488372093, 0.26104896641278735, 0.4017417312616312),
    (2, 600, 0.3, 0.5): (0.31180721582264725, 0.2637675454118798, 0.3598468862334147),
    (2, 600, 0.3, None): (0.3066716011667318, 0.2596847688815993, 0.3536584334518643),
    (3, 200, 0.5, 0.0): (0.2857142857142857, 0.1993059975372628, 0.3721225738913086),
    (3, 200, 0.5, 0.5): (0.2932330827067669, 0.21788036405817074, 0.36858580135536306),
    (3, 200, 0.5, None): (0.29098473926462265, 0.21822554408124617, 0.36374393444799913),
}
"""Seed, cases, share with a label, weight: estimate and interval.

By ppi-python 0.2.3, on what `drawn` in test_judge_error.py draws::

    ppi_mean_pointestimate(Y, F, U, lam=weight), *ppi_mean_ci(Y, F, U, alpha=0.05, lam=weight)
"""

NEWCOMBE = {
    (56, 70, 48, 80): (0.05243147240236498, 0.33387265403690614),
    (9, 10, 3, 10): (0.1705227239345029, 0.809017973535488),
    (10, 10, 0, 20): (0.6790860371419145, 1.0),
}
"""By statsmodels::

    confint_proportions_2indep(k1, n1, k2, n2, method="newcomb", compare="diff")
"""

MCNEMAR = {
    (4, 0): (0.0625, 1.0),
    (5, 0): (0.03125, 1.0),
    (1, 7): (0.99609375, 0.03515625),
    (9, 2): (0.03271484375, 0.994140625),
    (12, 12): (0.5805901288986206, 0.5805901288986206),
    (20, 4): (0.000771939754486084, 0.9998614192008972),
}
"""Rises and falls, the p-values of no rise and of no fall. By scipy::

    [binomtest(r, r + f, 0.5, alternative=a).pvalue for a in ("greater", "less")]

statsmodels' ``mcnemar([[10, 4], [0, 46]], exact=True)`` has the first twice: 0.125.
"""

FISHER = {
    (3, 4, 1, 4): (0.24285714285714283, 0.9857142857142858),
    (0, 20, 4, 20): (1.0, 0.053014553014553024),
    (5, 60, 0, 60): (0.02865761689291101, 1.0),
    (1, 60, 3, 1000): (0.2081759152804167, 0.9824336938797638),
    (58, 60, 50, 60): (0.014740668248015816, 0.9979169440474247),
    (7, 7, 2, 9): (0.003146853146853147, 1.0),
}
"""Leaks, cases, leaks before, cases before; the p-values of no rise and of no fall. By scipy::

    [fisher_exact([[k, n - k], [j, m - j]], alternative=a).pvalue for a in ("greater", "less")]

The first is Fisher's lady tasting tea (The Design of Experiments, 1935).
"""

PAIRED_T = (-0.10827954625847698, 0.10827954625847698)
"""By scipy, for 40 pairs (1, 1), 60 (0, 1), 60 (1, 0), 40 (0, 0)::

    scipy.stats.ttest_rel(now, before).confidence_interval(0.95)
"""

CHANCE_BELOW = {
    (0.002, 0.02, 367, 0.025): 0.9617557206297026,
    (0.02, 0.02, 367, 0.025): 0.021968933090098723,
    (0.1, 0.3, 30, 0.05): 0.8245051209661048,
    (0.0, 0.02, 100, 0.025): 0.0,
}
"""By scipy, z = norm.isf(alpha)::

    binom.cdf(floor(n * (limit - z * (limit * (1 - limit) / n) ** 0.5)), n, truth)
"""

CHANCE_ABOVE = {
    (0.04, 0.02, 367, 0.05): 0.7985244054211134,
    (0.3, 0.3, 1000, 0.025): 0.025333641034233537,
    (0.9, 0.5, 10, 0.01): 0.7360989291000001,
}
"""By scipy::

    binom.sf(floor(n * (limit + z * (limit * (1 - limit) / n) ** 0.5)), n, truth)
"""

CHANCE_TO_DECIDE = {
    (0, 162, 27, 0.02, 0.05, 0.025): 0.9259222855337119,
    (3, 162, 500, 0.02, 0.05, 0.025): 0.2758342622295801,
    (20, 100, 50, 0.1, 0.01, 0.01): 0.9845947362266272,
}
"""By scipy, of (leaks, cases, more, limit, alpha of low, alpha of high), n = cases + more::

    betabinom.cdf(<as above> - leaks, more, leaks + .5, cases - leaks + .5)
    + betabinom.sf(<as above> - leaks, more, leaks + .5, cases - leaks + .5)
"""

HOLM = {
    (0.01, 0.04, 0.03, 0.005): (True, False, False, True),
    (0.001, 0.02, 0.024, 0.2): (True, False, False, False),
    (0.06,): (False,),
    (0.05,): (True,),
    (0.02, 0.03): (True, True),
    (0.026, 0.026): (False, False),
    (0.012, 0.013, 0.02, 0.9): (True, True, True, False),
    (): (),
}
"""By statsmodels::

    {p: tuple(multipletests(p, alpha=0.05, method="holm")[0])}
"""

KRIPPENDORFF = {
    ("nynnnnnnyn", "yyynnynnnn"): 0.09523809523809534,
    ("yynn-ynyny", "yynnyy-yny"): 1.0,
    ("yynnynyn--", "ynnnyy-yny", "-ynynyny-y"): 0.014285714285714346,
    ("ynyn", "nyny"): -0.75,
    ("yyyyyyyyyn", "yyyyyyyyyy", "yyyyyyyyyy"): 0.0,
    ("y-n-y-n-", "-y-ny-nn", "yyn--nny", "nyyn-ny-", "y--nyynn"): 0.2857142857142857,
    ("yn", "yn"): 1.0,
    ("y-yn", "-nyn", "ny-n"): 0.19999999999999996,
}
"""A text a judge, a character a case: ``y`` is yes, ``n`` is no, ``-`` is missing.

By krippendorff 0.9.0, with ``value = {"y": 1.0, "n": 0.0, "-": math.nan}``::

    {
        judges: krippendorff.alpha(
            reliability_data=[[value[said] for said in judge] for judge in judges],
            level_of_measurement="nominal",
        )
    }
"""


def crossed_scores(
    templates: int, probes: int, *, probes_matter: bool, thin: bool
) -> tuple[list[float], list[int], list[int]]:
    """Return scores, templates and probes of a design; a thin one lacks a fifth of its cells."""
    cells = [
        (t, p)
        for t in range(templates)
        for p in range(probes)
        if not thin or (t * p + t + 2 * p) % 5
    ]
    scores = [
        (7 * t * t + 3 * t * p + p * p + t) % 13 / 4 + t % 5 - 2 + (p % 4 if probes_matter else 0)
        for t, p in cells
    ]
    return scores, [t for t, _ in cells], [p for _, p in cells]


CROSSED_MEANS = {
    (20, 50, True, False): (3.0805, 2.288120789462636, 3.8728792105373637, 34.198251980064285),
    (20, 50, False, False): (1.6205, 0.8774594828471232, 2.363540517152877, 40.89165086983742),
    (6, 9, True, True): (
        2.6931818181818183,
        0.9233103012752315,
        4.463053335088405,
        5.5405268994594845,
    ),
    (12, 30, True, True): (
        2.7616666666666667,
        1.6661509035363857,
        3.8571824297969477,
        17.48462350354128,
    ),
    (3, 40, True, True): (
        2.2708333333333335,
        -1.3338755326324967,
        5.875542199299163,
        21.959223118853032,
    ),
}
"""By numpy and scipy (``pip install --target /tmp/stats scipy statsmodels``)::

    With t, p, y = the arrays of crossed_scores(T, P, ...), and V, f as for CROSSED:
      half = scipy.stats.t.isf(.025, f) * V**.5
    {(T, P, probes_matter, thin): (r, r - half, r + half, V / (y.var(ddof=1) / n))}
"""

STATSMODELS_CR3_OF_SCORES = 0.14856965866782306
"""By statsmodels, as for STATSMODELS_CR3, on crossed_scores(20, 50, True, False)."""

ALONE = [float((5 * k * k + k) % 17 - 6) for k in range(12)]

STATSMODELS_HC3 = 3.1315426997245206
"""By statsmodels::

    fit = sm.OLS(ALONE, np.ones(12)).fit()
    fit.get_robustcov_results("HC3").cov_params().item()
"""

T_TAILS = [
    (-2.0, 3.0, 0.9303370157205785),
    (-2.0, 16.0, 0.9686140182426983),
    (-2.0, 60.0, 0.9749834781742712),
    (0.5, 3.0, 0.3257239824240755),
    (0.5, 16.0, 0.3119407776500229),
    (0.5, 60.0, 0.3094519797189915),
    (1.7, 3.0, 0.09384532077670502),
    (1.7, 16.0, 0.054242170062809236),
    (1.7, 60.0, 0.04715490953428684),
    (4.0, 3.0, 0.014004228005073076),
    (4.0, 16.0, 0.0005160124234543932),
    (4.0, 60.0, 8.816119353198712e-05),
]
"""By scipy: t, degrees of freedom and ``scipy.stats.t.sf(t, dof)``."""
