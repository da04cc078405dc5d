-- analyze
SELECT symbol, amount FROM holdings WHERE owner = 5 AND amount > 43;
