-- analyze verbose
DELETE FROM transactions WHERE payer_id = 17;
