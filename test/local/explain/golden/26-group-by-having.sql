-- analyze verbose
SELECT payer_id, count(*), max(amount) FROM transactions GROUP BY payer_id HAVING count(*) > 3 ORDER BY 2 DESC, 1 LIMIT 4;
