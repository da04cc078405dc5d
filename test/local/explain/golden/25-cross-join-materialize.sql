-- analyze verbose
SELECT sum(a.amount + b.amount) FROM few_transactions a, few_transactions b;
