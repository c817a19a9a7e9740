from . import inputs, transactions
