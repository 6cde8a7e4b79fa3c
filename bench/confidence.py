#!/usr/bin/env python3
"""Trains the weights of crates/knowledge/src/confidence/model.rs from the measurements that
`FEATURES_DIR=DIR make bench-retrieval` writes, and says what they would do on sets they have not
seen. Needs numpy.  usage: confidence.py DIR"""
import glob
import os
import sys

import numpy

# What speaks for an answer, what against, and how much the pair weighs.
PAIRS = [("answered", ("removed", "off_topic"), 1.0), ("small_answered", ("small_missing",), 0.7)]
RIDGE = 1e-3


def read(folder):
    sets = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.tsv"))):
        rows = {}
        for line in open(path, encoding="utf-8"):
            what, *values = line.rstrip("\n").split("\t")
            rows.setdefault(what, []).append([float(value) for value in values])
        name = os.path.basename(path)[:-4]
        sets[name] = {what: numpy.array(values) for what, values in rows.items()}
    return sets


def examples(sets):
    """Every set weighs the same, and in it the answered as much as the others together."""
    rows, labels, weights = [], [], []
    for rows_of in sets:
        for positive, negatives, weight in PAIRS:
            for what, share in [(positive, 1.0)] + [(n, 1.0 / len(negatives)) for n in negatives]:
                found = rows_of[what]
                rows.append(found)
                labels.append(numpy.full(len(found), float(what == positive)))
                weights.append(numpy.full(len(found), 1000 * weight * share / len(found)))
    return numpy.concatenate(rows), numpy.concatenate(labels), numpy.concatenate(weights)


def fit(rows, labels, weights):
    """Logistic regression by Newton's method on standardised features."""
    mean = (rows * weights[:, None]).sum(0) / weights.sum()
    spread = numpy.sqrt((((rows - mean) ** 2) * weights[:, None]).sum(0) / weights.sum()) + 1e-9
    table = numpy.c_[(rows - mean) / spread, numpy.ones(len(rows))]
    found = numpy.zeros(table.shape[1])
    ridge = RIDGE * weights.sum()
    for _ in range(60):
        chance = 1 / (1 + numpy.exp(-table @ found))
        slope = table.T @ (weights * (chance - labels)) + ridge * numpy.r_[found[:-1], 0]
        curve = (table * (weights * chance * (1 - chance))[:, None]).T @ table
        found -= numpy.linalg.solve(curve + ridge * numpy.eye(len(found)), slope)
    scaled = found[:-1] / spread
    return scaled, found[-1] - (scaled * mean).sum()


def main():
    sets = read(sys.argv[1])
    weights, bias = fit(*examples(sets.values()))
    print("weights", [round(float(weight), 3) for weight in weights], "bias", round(float(bias), 3))
    print("each set judged by weights trained on the others: kept, rejected")
    for name, rows in sets.items():
        others = [rows_of for other, rows_of in sets.items() if other != name]
        unseen, unseen_bias = fit(*examples(others))
        shares = []
        for what, found in rows.items():
            kept = (found @ unseen + unseen_bias > 0).mean()
            shares.append(f"{what} {kept:.2f}")
        print(f"{name:14}", "answered by confidence >= 0.5:", ", ".join(shares))


if __name__ == "__main__":
    main()
