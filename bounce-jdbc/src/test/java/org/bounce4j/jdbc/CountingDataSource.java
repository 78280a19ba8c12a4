package org.bounce4j.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A real data source that counts the statements that are run and the rows that are read. */
final class CountingDataSource {
    private final DataSource real;
    private final AtomicInteger rows = new AtomicInteger();
    private final AtomicInteger statements = new AtomicInteger();

    CountingDataSource(DataSource real) {
        this.real = real;
    }

    /** Returns how many rows were read since the last call. */
    int rows() {
        return rows.getAndSet(0);
    }

    /** Returns how many statements were run since the last call. */
    int statements() {
        return statements.getAndSet(0);
    }

    DataSource dataSource() {
        return proxy(DataSource.class, real);
    }

    private <T> T proxy(Class<T> type, Object target) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        Object result = method.invoke(target, arguments);
                        if (method.getName().startsWith("execute")) {
                            statements.incrementAndGet();
                        }
                        if (method.getName().equals("next") && Boolean.TRUE.equals(result)) {
                            rows.incrementAndGet();
                        }
                        if (result instanceof Connection) {
                            return proxy(Connection.class, result);
                        }
                        if (result instanceof PreparedStatement) {
                            return proxy(PreparedStatement.class, result);
                        }
                        return result instanceof ResultSet ? proxy(ResultSet.class, result) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
