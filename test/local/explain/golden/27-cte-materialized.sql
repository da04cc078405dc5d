-- analyze
WITH recent AS MATERIALIZED (SELECT payer_id, amount FROM transactions WHERE amount > 8)
SELECT payer_id, sum(amount) FROM recent GROUP BY payer_id ORDER BY 2 DESC LIMIT 2;
