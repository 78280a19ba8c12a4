package org.bounce4j.examples.serve;

import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers what never reached a servlet of ours, and repeats nothing of the request. */
final class JsonErrors extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json; charset=utf-8");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        if (status == HttpStatus.METHOD_NOT_ALLOWED_405) {
            response.getHeaders().put(HttpHeader.ALLOW, allowed(Request.getPathInContext(request)));
        }
        String body = "{\"message\":\"" + HttpStatus.getMessage(status) + "\"}";
        response.write(true, StandardCharsets.UTF_8.encode(body), callback);
        return true;
    }

    private static String allowed(String path) {
        if (path.startsWith("/webhooks/") || path.endsWith("/release")) {
            return "POST";
        }
        return path.startsWith("/api/bounces") ? "GET, HEAD, DELETE" : "GET, HEAD";
    }
}
