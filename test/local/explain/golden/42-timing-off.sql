-- analyze timing-off
SELECT id FROM few_transactions WHERE amount = 10;
