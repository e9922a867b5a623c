#pragma once
// Programs that ask the server something, to be copied and run as they are.
#include <QString>

namespace corral::app {

struct ClientFacts {
    QString address; // "http://127.0.0.1:8080"
    QString model;   // as the server calls it
    QString key;     // empty: none is needed
};

QString curlSnippet(const ClientFacts& facts);
QString pythonSnippet(const ClientFacts& facts);     // with the package openai
QString javaScriptSnippet(const ClientFacts& facts); // likewise

} // namespace corral::app
