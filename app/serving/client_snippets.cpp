#include "app/serving/client_snippets.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace corral::app {

// With its quotes, as JSON, Python and JavaScript write a text.
static QString literal(const QString& text)
{
    const QByteArray list = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(list.sliced(1, list.size() - 2));
}

// The openai packages want a key even where the server does not.
static QString keyLiteral(const ClientFacts& facts) { return literal(facts.key.isEmpty() ? QStringLiteral("none") : facts.key); }

QString curlSnippet(const ClientFacts& facts)
{
    QString body = QStringLiteral("{\n    \"model\": %1,\n    \"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]\n  }").arg(literal(facts.model));
    body.replace(u'\'', QStringLiteral("'\\''")); // it stands between these
    const QString key = facts.key.isEmpty() ? QString() : QStringLiteral("  -H \"Authorization: Bearer %1\" \\\n").arg(facts.key);
    return QStringLiteral("curl %1/v1/chat/completions \\\n  -H \"Content-Type: application/json\" \\\n").arg(facts.address) + key + QStringLiteral("  -d '") + body + u'\'';
}

QString pythonSnippet(const ClientFacts& facts)
{
    return QStringLiteral("# pip install openai\n"
                          "from openai import OpenAI\n"
                          "\n"
                          "client = OpenAI(base_url=%1, api_key=%2)\n"
                          "answer = client.chat.completions.create(\n"
                          "    model=%3,\n"
                          "    messages=[{\"role\": \"user\", \"content\": \"Hello!\"}],\n"
                          "    stream=True,\n"
                          ")\n"
                          "for chunk in answer:\n"
                          "    print(chunk.choices[0].delta.content or \"\", end=\"\", flush=True)")
        .arg(literal(facts.address + QStringLiteral("/v1")), keyLiteral(facts), literal(facts.model));
}

QString javaScriptSnippet(const ClientFacts& facts)
{
    return QStringLiteral("// npm install openai\n"
                          "import OpenAI from \"openai\";\n"
                          "\n"
                          "const client = new OpenAI({ baseURL: %1, apiKey: %2 });\n"
                          "const answer = await client.chat.completions.create({\n"
                          "  model: %3,\n"
                          "  messages: [{ role: \"user\", content: \"Hello!\" }],\n"
                          "  stream: true,\n"
                          "});\n"
                          "for await (const chunk of answer) {\n"
                          "  process.stdout.write(chunk.choices[0].delta.content ?? \"\");\n"
                          "}")
        .arg(literal(facts.address + QStringLiteral("/v1")), keyLiteral(facts), literal(facts.model));
}

} // namespace corral::app
