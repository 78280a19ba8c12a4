package org.bounce4j.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A real data source whose connections fail, or lose the answer, at a method that the test names. */
final class FailingDataSource {
    private final DataSource real;
    private volatile String failsAt = "";
    private volatile boolean afterwards;
    private volatile String state = "08006";

    FailingDataSource(DataSource real) {
        this.real = real;
    }

    /**
     * Makes the next calls of the methods of a connection or a statement fail that match, or the statements that do;
     * afterwards: once it has done its work.
     */
    void failAt(String method, boolean afterItsWork, String sqlState) {
        failsAt = method;
        afterwards = afterItsWork;
        state = sqlState;
    }

    void repair() {
        failsAt = "";
    }

    DataSource dataSource() {
        return proxy(DataSource.class, real, "");
    }

    private <T> T proxy(Class<T> type, Object target, String sql) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    boolean fails = method.getName().matches(failsAt)
                            || method.getName().startsWith("execute")
                                    && oneLine(sql).matches(failsAt);
                    if (fails && !afterwards) {
                        throw new SQLException("the cable was pulled", state);
                    }
                    try {
                        Object result = method.invoke(target, arguments);
                        if (fails) {
                            throw new SQLException("the cable was pulled before the answer", state);
                        }
                        if (result instanceof PreparedStatement statement) {
                            return proxy(PreparedStatement.class, statement, String.valueOf(arguments[0]));
                        }
                        return result instanceof Connection connection
                                ? proxy(Connection.class, connection, "")
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private static String oneLine(String sql) {
        return sql.replace('\n', ' ');
    }
}
