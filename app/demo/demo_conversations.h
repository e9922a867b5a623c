#pragma once
// Conversations to look at: for `--fake-engine` and `--screenshots`. Every kind of block, several days, long names, Chinese and Arabic.
#include <QStringList>

namespace corral::app {

class Store;

struct DemoConversations {
    int france = 0, code = 0, table = 0, thinking = 0, lists = 0, longLine = 0, maths = 0, chinese = 0, arabic = 0, branches = 0;
};
// Into an empty store.
DemoConversations fillWithDemo(Store& store);

} // namespace corral::app
