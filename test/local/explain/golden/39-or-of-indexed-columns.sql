-- costs-off
SELECT amount FROM transactions WHERE payer_id = 1 OR payer_id = 2;
