"""Finding the cheapest way to serve an order: plain Python, no database. Amounts are in one currency."""

from .problem import Problem, Solution
from .solver import solve
