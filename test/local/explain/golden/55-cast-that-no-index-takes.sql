SELECT id FROM accounts WHERE id::text = '7' AND balance::text IS NOT NULL;
