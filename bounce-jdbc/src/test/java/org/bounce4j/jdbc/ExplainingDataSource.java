package org.bounce4j.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** A real data source that asks for the plan of each statement, with the values it ran with. */
final class ExplainingDataSource {
    private final DataSource real;
    private final Connection beside;
    private final List<String> plans = new ArrayList<>();

    ExplainingDataSource(DataSource real, Connection beside) {
        this.real = real;
        this.beside = beside;
    }

    List<String> plans() {
        return plans;
    }

    DataSource dataSource() {
        return proxy(DataSource.class, real, "", new HashMap<>());
    }

    private void explain(String sql, Map<Integer, Object> values) throws SQLException {
        StringBuilder plan = new StringBuilder(sql).append('\n');
        try (PreparedStatement statement = beside.prepareStatement("EXPLAIN " + sql)) {
            for (Map.Entry<Integer, Object> value : values.entrySet()) {
                if (value.getValue() == null) {
                    statement.setNull(value.getKey(), Types.NULL);
                } else {
                    statement.setObject(value.getKey(), value.getValue());
                }
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                        plan.append(i == 1 ? "" : " | ").append(row.getString(i));
                    }
                    plan.append('\n');
                }
            }
        }
        plans.add(plan.toString());
    }

    private <T> T proxy(Class<T> type, Object target, String sql, Map<Integer, Object> values) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    String name = method.getName();
                    boolean isStatement = !sql.isEmpty();
                    if (isStatement && name.startsWith("set") && arguments.length >= 2) {
                        values.put((Integer) arguments[0], name.equals("setNull") ? null : arguments[1]);
                    }
                    if (isStatement && (name.startsWith("execute") || name.equals("addBatch"))) {
                        if (!name.equals("executeBatch")) {
                            explain(sql, values);
                        }
                    }
                    try {
                        Object result = method.invoke(target, arguments);
                        if (result instanceof PreparedStatement statement) {
                            return proxy(
                                    PreparedStatement.class, statement, String.valueOf(arguments[0]), new HashMap<>());
                        }
                        return result instanceof Connection connection
                                ? proxy(Connection.class, connection, "", new HashMap<>())
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
