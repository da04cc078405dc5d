-- costs-off
SELECT payer_id FROM transactions INTERSECT SELECT id FROM accounts;
