from . import inputs, outputs, transactions
