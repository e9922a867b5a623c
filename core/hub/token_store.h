#pragma once
// Access tokens of the services: from the environment (HF_TOKEN, MODELSCOPE_API_TOKEN), from the desktop's secret service, or, where there is none, from
// a file that only the user can read. Hugging Face's own token file ($HF_TOKEN_PATH, $HF_HOME/token) is read, never written.
// The file also notes which tokens lie in the secret service; for others it is never asked, because it may make its user unlock a wallet:
//   {"huggingface": true, "modelscope": "the token itself"}
#include "core/base/error.h"
#include "core/hub/secret_service.h"
#include "core/hub/source.h"

#include <QFuture>
#include <QHash>
#include <QJsonObject>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <memory>

namespace corral::hub {

class TokenStore : public QObject {
    Q_OBJECT

public:
    enum class Place { None, Environment, SecretService, File, ServiceFile }; // where a service's token is: people are told
    // Environment and files are read at once. secrets: none is a system without such a service.
    explicit TokenStore(QString file, std::unique_ptr<SecretService> secrets = SecretService::ofDesktop(), QObject* parent = nullptr);
    static QString defaultFile(); // $XDG_CONFIG_HOME/corral/tokens.json

    // Asks the secret service for what is noted to lie there, which takes an event loop; changed() follows for each token found, opened() when all is
    // known, after kPatience at the latest.
    void open();
    QString token(Service service) const;
    Place place(Service service) const;
    bool keeps(Service service) const { return place(service) == Place::SecretService || place(service) == Place::File; } // setToken() put it there
    // Where it lies now. One of the environment stays in force whatever is set. Empty: forget it. InvalidArgument for what can be no token.
    QFuture<Result<Place>> setToken(Service service, const QString& token);
    static bool isToken(const QString& text); // printable ASCII without blanks: it becomes a header

    static constexpr std::chrono::milliseconds kPatience{3000};

signals:
    void opened();
    void changed(corral::hub::Service service);

private:
    struct Entry {
        QString token;
        Place place = Place::None;
    };
    QJsonObject stored() const; // the file
    bool isSecret(Service service) const;
    Result<void> store(Service service, const QJsonValue& value) const; // undefined: forgets it
    void take(Service service, Entry entry);
    void readFiles(Service service);

    const QString m_file;
    const std::unique_ptr<SecretService> m_secrets;
    QHash<int, Entry> m_entries;
    int m_asked = 0; // of the secret service, not answered yet
    QTimer m_patience;
};

} // namespace corral::hub
