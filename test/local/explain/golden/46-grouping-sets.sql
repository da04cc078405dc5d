-- costs-off
SELECT payer_id, payee_id, count(*) FROM transactions GROUP BY GROUPING SETS ((payer_id), (payee_id), ());
