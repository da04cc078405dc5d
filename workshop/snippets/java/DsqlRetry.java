import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/**
 * Transactions on Amazon Aurora DSQL that survive conflicts, lost connections and lost COMMITs. Copy it, it is yours. Needs JDBC only.
 *
 * <p>DSQL takes no locks: it checks at COMMIT whether another transaction was first, and then answers SQLSTATE 40001 (OC000: data,
 * OC001: schema). Nothing was applied, so the whole transaction is run again: on a fresh connection, after a random wait that grows.
 * What a COMMIT came to whose answer was lost, only the data can tell: give such work a key, and use {@link #runOnce}.
 *
 * <pre>{@code
 * DsqlRetry dsql = new DsqlRetry(() -> dataSource.getConnection());
 * dsql.inTransaction(connection -> transfer(connection, payer, payee, amount));
 * }</pre>
 */
public final class DsqlRetry {
  /** Makes a connection for one attempt; it is closed afterwards. A pool must not hand out one that has failed. */
  @FunctionalInterface
  public interface Connector {
    Connection connect() throws SQLException;
  }

  /**
   * The whole transaction. It must do nothing that cannot be done twice (no mails, no calls of other services), must read inside what
   * it needs, and must neither commit nor roll back.
   */
  @FunctionalInterface
  public interface Work<T> {
    T run(Connection connection) throws Exception;
  }

  /** Hears of each retry, so that hot rows show. {@code attempt} is the one that failed, from 1. */
  @FunctionalInterface
  public interface Listener {
    void retrying(int attempt, Duration delay, Exception error);
  }

  /** COMMIT was sent and its answer never came: it took effect, or it did not. Look before you send it again. */
  public static final class CommitOutcomeUnknownException extends SQLException {
    private static final long serialVersionUID = 1L;

    CommitOutcomeUnknownException(Throwable cause) {
      super("the connection was lost during COMMIT: the transaction may have taken effect", cause);
    }
  }

  /** The connection could not be made: wrong credentials do not get better by trying. */
  public static final class ConnectException extends SQLException {
    private static final long serialVersionUID = 1L;

    ConnectException(Throwable cause) {
      super("cannot connect to the cluster", cause);
    }
  }

  /** The table that {@link #runOnce} keeps its keys in. Delete old rows in batches of up to 3,000. */
  public static final String PROCESSED_REQUESTS_DDL =
      "CREATE TABLE IF NOT EXISTS processed_requests ("
          + "key uuid PRIMARY KEY, result text, processed_at timestamptz NOT NULL DEFAULT now())";

  private final Connector connector;
  private final int maxAttempts;
  private final Duration baseDelay;
  private final Duration maxDelay;
  private final Listener listener;

  /** Five attempts, waits of up to 50 ms at first, doubled each time, never over 5 s. */
  public DsqlRetry(Connector connector) {
    this(connector, 5, Duration.ofMillis(50), Duration.ofSeconds(5), (attempt, delay, error) -> {});
  }

  public DsqlRetry(
      Connector connector, int maxAttempts, Duration baseDelay, Duration maxDelay, Listener listener) {
    this.connector = connector;
    this.maxAttempts = maxAttempts;
    this.baseDelay = baseDelay;
    this.maxDelay = maxDelay;
    this.listener = listener;
  }

  /**
   * Runs {@code work} in a transaction, and all of it again after a conflict or a connection lost before COMMIT. Throws {@link
   * CommitOutcomeUnknownException}, the last conflict when all attempts met one, or what {@code work} throws.
   */
  public <T> T inTransaction(Work<T> work) throws Exception {
    return retrying(error -> isOccConflict(error) || isLost(error), () -> attempt(work));
  }

  /**
   * Like {@link #inTransaction}, and exactly once for each {@code key} however often it is called: the key and the result are written by
   * the transaction itself, so a COMMIT with an unknown outcome is simply run again and finds out. The caller makes the key, and sends
   * the same one with each repetition of its request. The result is a text (JSON, say), or null.
   */
  public String runOnce(UUID key, Work<String> work) throws Exception {
    Predicate<Exception> again =
        error -> error instanceof CommitOutcomeUnknownException || sqlStates(error).contains("23505");
    return retrying(again, () -> inTransaction(connection -> keyed(connection, key, work)));
  }

  /** Whether another transaction won: 40001 on the error or on one of its causes, because ORMs wrap the driver's error. */
  public static boolean isOccConflict(Throwable error) {
    List<String> states = sqlStates(error);
    return states.contains("40001") || states.contains("OC000") || states.contains("OC001");
  }

  private String keyed(Connection connection, UUID key, Work<String> work) throws Exception {
    try (PreparedStatement known =
        connection.prepareStatement("SELECT result FROM processed_requests WHERE key = ?")) {
      known.setObject(1, key);
      try (ResultSet rows = known.executeQuery()) {
        if (rows.next()) return rows.getString(1);
      }
    }
    String result = work.run(connection);
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO processed_requests (key, result) VALUES (?, ?)")) {
      insert.setObject(1, key);
      insert.setString(2, result);
      insert.executeUpdate();
    }
    return result;
  }

  private <T> T attempt(Work<T> work) throws Exception {
    Connection connection;
    try {
      connection = connector.connect();
    } catch (SQLException error) {
      throw new ConnectException(error);
    }
    boolean committed = false;
    try {
      connection.setAutoCommit(false);
      T result = work.run(connection);
      try {
        connection.commit();
      } catch (SQLException error) {
        if (isLost(error) || sqlStates(error).contains("XX000")) throw new CommitOutcomeUnknownException(error);
        throw error;
      }
      committed = true;
      return result;
    } finally {
      discard(connection, committed);
    }
  }

  /** A connection that failed must not come back out of a pool: abort() closes the physical one. */
  private static void discard(Connection connection, boolean committed) {
    try {
      if (!committed) connection.abort(Runnable::run);
      connection.close();
    } catch (SQLException ignored) {
      // it is gone already; the server rolls back
    }
  }

  private <T> T retrying(Predicate<Exception> retryable, Callable<T> attempt) throws Exception {
    for (int number = 1; ; number++) {
      try {
        return attempt.call();
      } catch (Exception error) {
        if (number >= maxAttempts || !retryable.test(error)) throw error;
        Duration delay = backoff(number);
        listener.retrying(number, delay, error);
        Thread.sleep(delay.toMillis());
      }
    }
  }

  /** Full jitter: anywhere between nothing and a bound that doubles up to the cap, so that losers do not meet again. */
  private Duration backoff(int attempt) {
    double bound = Math.min(maxDelay.toMillis(), baseDelay.toMillis() * Math.pow(2, Math.min(attempt - 1, 30)));
    return Duration.ofMillis((long) (ThreadLocalRandom.current().nextDouble() * bound));
  }

  /** The connection ended in mid-transaction: SQLSTATE 08... or 57P.... */
  private static boolean isLost(Throwable error) {
    if (error instanceof ConnectException || error instanceof CommitOutcomeUnknownException) return false;
    return sqlStates(error).stream().anyMatch(state -> state.startsWith("08") || state.startsWith("57P"));
  }

  private static List<String> sqlStates(Throwable error) {
    List<String> states = new ArrayList<>();
    Throwable link = error;
    for (int depth = 0; link != null && depth < 10; depth++, link = link.getCause()) {
      for (Throwable each = link; each instanceof SQLException && states.size() < 20; ) {
        SQLException failure = (SQLException) each;
        if (failure.getSQLState() != null) states.add(failure.getSQLState());
        each = failure.getNextException();
      }
    }
    return states;
  }
}
