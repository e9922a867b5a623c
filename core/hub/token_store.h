#pragma once
// Access tokens of the services: from the environment (HF_TOKEN, MODELSCOPE_API_TOKEN), from the desktop's secret service through QtKeychain, or,
// where there is none, from a file that only the user can read. Hugging Face's own token file ($HF_TOKEN_PATH, $HF_HOME/token) is read, never written.
#include "core/base/error.h"
#include "core/hub/source.h"

#include <QFuture>
#include <QHash>
#include <QObject>

namespace corral::hub {

class TokenStore : public QObject {
    Q_OBJECT

public:
    enum class Place { None, Environment, SecretService, File, ServiceFile }; // where a service's token is: people are told
    explicit TokenStore(QString fallbackFile, QObject* parent = nullptr); // the 0600 file

    // Asks the secret service; changed() follows for each token found. Without an event loop only environment and files are known.
    void open();
    QString token(Service service) const;
    Place place(Service service) const;
    QFuture<Result<Place>> setToken(Service service, const QString& token); // empty: forget it

signals:
    void changed(corral::hub::Service service);

private:
    struct Entry {
        QString token;
        Place place = Place::None;
    };
    QString m_fallbackFile;
    QHash<int, Entry> m_entries;
};

} // namespace corral::hub
