#pragma once
// A small HTTP/1.1 server on 127.0.0.1, in the test's own event loop: answers each request as the test says, and can drop the connection in the middle.
#include <QHash>
#include <QTcpServer>
#include <QTcpSocket>

#include <functional>

namespace corral::test {

struct HttpRequest {
    QByteArray path;
    QHash<QByteArray, QByteArray> headers; // names in lower case
};

struct HttpResponse {
    int status = 200;
    QByteArray type = "application/octet-stream";
    QByteArray body;
    QByteArray contentRange;
    qsizetype dropAfter = -1; // bytes of the body, then the connection is cut; -1: never
};

class TestServer : public QObject {
public:
    using Handler = std::function<HttpResponse(const HttpRequest&)>;
    explicit TestServer(Handler handler) : m_handler(std::move(handler))
    {
        m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* socket = m_server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        });
    }
    QString url(const QString& path) const { return QStringLiteral("http://127.0.0.1:%1%2").arg(m_server.serverPort()).arg(path); }
    QList<HttpRequest> requests;

private:
    void read(QTcpSocket* socket)
    {
        const QByteArray received = socket->peek(1 << 16);
        const qsizetype end = received.indexOf("\r\n\r\n");
        if (end < 0) return;
        socket->read(end + 4);
        const QList<QByteArray> lines = received.left(end).split('\n');
        HttpRequest request;
        request.path = lines[0].split(' ').value(1);
        for (const QByteArray& line : lines.sliced(1)) {
            const qsizetype colon = line.indexOf(':');
            request.headers.insert(line.left(colon).toLower(), line.mid(colon + 1).trimmed());
        }
        requests.append(request);
        const HttpResponse response = m_handler(request);
        QByteArray head = "HTTP/1.1 " + QByteArray::number(response.status) + " X\r\nContent-Type: " + response.type +
                          "\r\nContent-Length: " + QByteArray::number(response.body.size()) + "\r\n";
        if (!response.contentRange.isEmpty()) head += "Content-Range: " + response.contentRange + "\r\n";
        socket->write(head + "Connection: close\r\n\r\n");
        socket->write(response.dropAfter < 0 ? response.body : response.body.left(response.dropAfter));
        socket->disconnectFromHost(); // after what is written
    }

    QTcpServer m_server;
    const Handler m_handler;
};

} // namespace corral::test
