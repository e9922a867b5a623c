#include "app/demo/demo_conversations.h"

#include "app/engine/scripted_engine.h"
#include "app/store/store.h"

namespace corral::app {

namespace {

class DemoWriter {
public:
    explicit DemoWriter(Store& store) : m_store(store) {}

    int conversation(const QString& title, int daysAgo, const QStringList& questions)
    {
        ConversationRecord record;
        record.title = title;
        record.created = m_time = QDateTime::currentDateTimeUtc().addDays(-daysAgo).addSecs(-900);
        record.modelName = m_model;
        m_conversation = m_store.addConversation(record);
        m_last = 0;
        for (const QString& question : questions) turn(question);
        return m_conversation;
    }
    int last() const { return m_last; }

    int add(int parent, MessageRecord::Role role, const QString& text)
    {
        MessageRecord record;
        record.conversation = m_conversation;
        record.parent = parent;
        record.role = role;
        record.content = text;
        record.created = m_time = m_time.addSecs(20);
        if (role == MessageRecord::Role::Assistant) {
            const int tokens = int(text.size() / 4);
            record.modelName = m_model;
            record.timings = {{QStringLiteral("promptTokens"), 61},         {QStringLiteral("cachedTokens"), parent > m_firstId + 1 ? 37 : 0},
                              {QStringLiteral("generatedTokens"), tokens},  {QStringLiteral("promptSeconds"), 0.21},
                              {QStringLiteral("generationSeconds"), tokens / 58.4}, {QStringLiteral("firstTokenSeconds"), 0.24},
                              {QStringLiteral("thinkingSeconds"), text.startsWith(QLatin1String("<think>")) ? 3.2 : 0.0}};
        }
        m_last = m_store.addMessage(record);
        if (parent == 0) m_firstId = m_last;
        return m_last;
    }

    void turn(const QString& question)
    {
        const int asked = add(m_last, MessageRecord::Role::User, question);
        engine::ChatRequest request;
        request.input.messages.push_back({{"role", "user"}, {"content", question.toStdString()}});
        add(asked, MessageRecord::Role::Assistant, QString::fromStdString(Script::answerFor(request).text));
    }

private:
    Store& m_store;
    const QString m_model = QStringLiteral("SmolLM2 135M Instruct");
    int m_conversation = 0, m_last = 0, m_firstId = 0;
    QDateTime m_time;
};

} // namespace

DemoConversations fillWithDemo(Store& store)
{
    DemoWriter writer(store);
    DemoConversations demo;
    demo.maths = writer.conversation(QStringLiteral("The quadratic equation"), 45, {QStringLiteral("How do I solve a quadratic equation?")});
    demo.arabic = writer.conversation(QStringLiteral("عاصمة مصر"), 20, {QStringLiteral("ما هي عاصمة مصر؟ أجب بالعربية عن القاهرة")});
    demo.chinese = writer.conversation(QStringLiteral("介绍一下杭州"), 5, {QStringLiteral("请用三句话介绍杭州,并写一段代码。")});
    demo.longLine = writer.conversation(QStringLiteral("A very long line of code, to see how the box scrolls sideways without breaking it"), 4,
                                        {QStringLiteral("Show me a long line of code, 300 columns.")});
    demo.lists = writer.conversation(QStringLiteral("Packing list"), 1, {QStringLiteral("What should I pack for three days in the mountains?")});
    demo.table = writer.conversation(QStringLiteral("Which quantization should I take?"), 1,
                                     {QStringLiteral("Which quantization should I take for a 7B model? Please answer with a table.")});
    demo.thinking = writer.conversation(QStringLiteral("When does the train arrive?"), 0,
                                        {QStringLiteral("A train leaves at 14:05 and travels 270 km at 90 km/h. When does it arrive?")});
    demo.code = writer.conversation(QStringLiteral("Counting words in four languages"), 0,
                                    {QStringLiteral("Write a program that counts words, in a few languages. Show the code.")});
    demo.branches = writer.conversation(QStringLiteral("Names for a boat"), 0, {});
    const int question = writer.add(0, MessageRecord::Role::User, QStringLiteral("Suggest a name for a small sailing boat."));
    writer.add(question, MessageRecord::Role::Assistant, QStringLiteral("How about **Halcyon**? It means calm, and the halcyon is a kingfisher."));
    writer.add(question, MessageRecord::Role::Assistant, QStringLiteral("*Tern* — short, easy to call over the radio, and a bird that follows the wind."));
    const int third = writer.add(question, MessageRecord::Role::Assistant, QStringLiteral("**Wren**: small, brave and quick. It also fits on a narrow stern."));
    writer.add(writer.add(third, MessageRecord::Role::User, QStringLiteral("I like that one. Thank you!")), MessageRecord::Role::Assistant,
               QStringLiteral("You are welcome. Fair winds!"));
    demo.france = writer.conversation(QStringLiteral("The capital of France"), 0, {QStringLiteral("What is the capital of France?")});
    return demo;
}

} // namespace corral::app
