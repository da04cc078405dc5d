// Package dsqlretry runs transactions on Amazon Aurora DSQL that survive conflicts, lost connections and lost COMMITs.
// Copy it, it is yours. It needs database/sql and any driver (pgx/stdlib, lib/pq).
//
// DSQL takes no locks: it checks at COMMIT whether another transaction was first, and then answers SQLSTATE 40001 (OC000: data,
// OC001: schema). Nothing was applied, so the whole transaction is run again: on a fresh connection, after a random wait that grows.
// What a COMMIT came to whose answer was lost, only the data can tell: give such work a key, and use RunOnce.
package dsqlretry

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand"
	"net"
	"strings"
	"time"
)

// Options say how often and how fast to try again. The zero value is five attempts, 50 ms, 5 s.
type Options struct {
	// MaxAttempts in all.
	MaxAttempts int
	// BaseDelay is the upper bound of the first wait, doubled for each further one.
	BaseDelay time.Duration
	// MaxDelay is the upper bound of every wait.
	MaxDelay time.Duration
	// OnRetry is called before each wait; count it, so that hot rows show. attempt is the one that failed, from 1.
	OnRetry func(attempt int, delay time.Duration, err error)
}

// ErrCommitOutcomeUnknown: COMMIT was sent and its answer never came. It took effect, or it did not: look before you send it again.
var ErrCommitOutcomeUnknown = errors.New("the connection was lost during COMMIT: the transaction may have taken effect")

// errConnect marks a connection that could not be made: wrong credentials do not get better by trying.
var errConnect = errors.New("cannot connect to the cluster")

// ProcessedRequestsDDL creates the table that RunOnce keeps its keys in. Delete old rows in batches of up to 3,000.
const ProcessedRequestsDDL = `CREATE TABLE IF NOT EXISTS processed_requests (
  key uuid PRIMARY KEY,
  result jsonb,
  processed_at timestamptz NOT NULL DEFAULT now()
)`

// Work is a whole transaction. It must do nothing that cannot be done twice (no mails, no calls of other services), must read inside
// what it needs, and must neither commit nor roll back.
type Work[T any] func(ctx context.Context, tx *sql.Tx) (T, error)

// InTransaction runs work in a transaction, and all of it again after a conflict or a connection lost before COMMIT. The error is
// ErrCommitOutcomeUnknown, the last conflict when all attempts met one, or what work returns.
func InTransaction[T any](ctx context.Context, db *sql.DB, options Options, work Work[T]) (T, error) {
	again := func(err error) bool { return IsOCCConflict(err) || isLost(err) }
	return retrying(ctx, options, again, func() (T, error) { return attempt(ctx, db, work) })
}

// RunOnce is like InTransaction, and takes effect exactly once for each key (a UUID) however often it is called: the key and the
// result, as JSON, are written by the transaction itself, so a COMMIT with an unknown outcome is simply run again and finds out. The
// caller makes the key, and sends the same one with each repetition of its request.
func RunOnce[T any](ctx context.Context, db *sql.DB, key string, options Options, work Work[T]) (T, error) {
	again := func(err error) bool { return errors.Is(err, ErrCommitOutcomeUnknown) || hasState(err, "23505") }
	keyed := func(ctx context.Context, tx *sql.Tx) (T, error) {
		var result T
		var stored []byte
		err := tx.QueryRowContext(ctx, "SELECT result FROM processed_requests WHERE key = $1", key).Scan(&stored)
		if err == nil {
			err = json.Unmarshal(stored, &result)
			return result, err
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return result, err
		}
		if result, err = work(ctx, tx); err != nil {
			return result, err
		}
		if stored, err = json.Marshal(result); err != nil {
			return result, err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO processed_requests (key, result) VALUES ($1, $2)", key, string(stored))
		return result, err
	}
	return retrying(ctx, options, again, func() (T, error) { return InTransaction(ctx, db, options, keyed) })
}

// IsOCCConflict tells whether another transaction won: 40001 on the error or on one that it wraps.
func IsOCCConflict(err error) bool {
	return hasState(err, "40001", "OC000", "OC001")
}

func attempt[T any](ctx context.Context, db *sql.DB, work Work[T]) (result T, err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return result, fmt.Errorf("%w: %w", errConnect, err)
	}
	defer func() {
		if err != nil {
			// never back into the pool after a failure: the next attempt has a fresh connection, and the server rolls back
			_ = conn.Raw(func(any) error { return driver.ErrBadConn })
		}
		_ = conn.Close()
	}()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return result, err
	}
	if result, err = work(ctx, tx); err != nil {
		_ = tx.Rollback()
		return result, err
	}
	if err = tx.Commit(); err != nil && (isLost(err) || hasState(err, "XX000") || ctx.Err() != nil) {
		err = fmt.Errorf("%w: %w", ErrCommitOutcomeUnknown, err)
	}
	return result, err
}

func retrying[T any](ctx context.Context, options Options, retryable func(error) bool, run func() (T, error)) (T, error) {
	attempts := options.MaxAttempts
	if attempts <= 0 {
		attempts = 5
	}
	for number := 1; ; number++ {
		result, err := run()
		if err == nil || number >= attempts || !retryable(err) {
			return result, err
		}
		delay := backoff(number, options)
		if options.OnRetry != nil {
			options.OnRetry(number, delay, err)
		}
		select {
		case <-time.After(delay):
		case <-ctx.Done():
			return result, errors.Join(ctx.Err(), err)
		}
	}
}

// backoff is full jitter: anywhere between nothing and a bound that doubles up to the cap, so that losers do not meet again.
func backoff(attempt int, options Options) time.Duration {
	base, most := options.BaseDelay, options.MaxDelay
	if base <= 0 {
		base = 50 * time.Millisecond
	}
	if most <= 0 {
		most = 5 * time.Second
	}
	bound := math.Min(float64(most), float64(base)*math.Pow(2, math.Min(float64(attempt-1), 30)))
	return time.Duration(rand.Float64() * bound)
}

// isLost: the connection ended in mid-transaction; the server said so (08…, 57P…), or the socket did.
func isLost(err error) bool {
	if err == nil || errors.Is(err, errConnect) || errors.Is(err, ErrCommitOutcomeUnknown) {
		return false
	}
	if state := stateOf(err); state != "" {
		return strings.HasPrefix(state, "08") || strings.HasPrefix(state, "57P")
	}
	var network net.Error
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.As(err, &network)
}

func hasState(err error, states ...string) bool {
	state := stateOf(err)
	for _, each := range states {
		if state == each {
			return true
		}
	}
	return false
}

// stateOf is the SQLSTATE of the error or of one that it wraps; pgconn.PgError and pq.Error both tell it so.
func stateOf(err error) string {
	var failure interface{ SQLState() string }
	if err != nil && errors.As(err, &failure) {
		return failure.SQLState()
	}
	return ""
}
