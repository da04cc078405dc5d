-- analyze
SELECT * FROM few_transactions f JOIN accounts a ON a.id = f.payer_id WHERE f.amount > 1000;
