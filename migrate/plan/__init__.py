"""Definitions bound to the vocabulary: named expressions over frames, and no YAML left."""

from migrate.plan.build import Plan, build, framing_plans
from migrate.plan.rules import Rule
from migrate.plan.words import word_problems

__all__ = ["Plan", "Rule", "build", "framing_plans", "word_problems"]
