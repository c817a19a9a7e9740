from . import addresses, inputs, transactions
