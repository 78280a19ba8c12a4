package org.bounce4j.examples.frameworks;

import com.sun.net.httpserver.HttpServer;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.net.URI;
import org.bounce4j.webhook.BounceWebhook;
import org.bounce4j.webhook.WebhookResponse;
import org.glassfish.jersey.jdkhttp.JdkHttpServerFactory;
import org.glassfish.jersey.server.ResourceConfig;

final class JaxRsHost implements Host {
    private final HttpServer server;

    private JaxRsHost(HttpServer server) {
        this.server = server;
    }

    static Host start(BounceWebhook webhook) {
        return new JaxRsHost(JdkHttpServerFactory.createHttpServer(
                URI.create("http://127.0.0.1:0/"), new ResourceConfig().register(new SendGridResource(webhook))));
    }

    @Path("/webhooks/service/sendgrid")
    public static class SendGridResource {
        private final BounceWebhook webhook;

        public SendGridResource(BounceWebhook webhook) {
            this.webhook = webhook;
        }

        @POST
        @Consumes(MediaType.WILDCARD)
        public Response bounces(InputStream body, @Context HttpHeaders headers) {
            WebhookResponse response = webhook.handle(body, headers::getHeaderString);
            Response.ResponseBuilder answer = Response.status(response.status()).entity(response.body());
            response.headers().forEach(answer::header);
            return answer.build();
        }
    }

    @Override
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
