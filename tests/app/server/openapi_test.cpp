// The document of /openapi.json against the table of endpoints.
#include "tests/app/server/api_fixture.h"

#include <set>

namespace corral::server {
namespace {

using test::ApiTest;

// Every "$ref" in it.
void references(const Json& json, std::set<std::string>& found)
{
    if (json.is_object() && json.contains("$ref")) found.insert(json["$ref"].get<std::string>());
    if (json.is_structured())
        for (const Json& inner : json) references(inner, found);
}

TEST_F(ApiTest, OpenApiNamesEveryEndpointAndNoOther)
{
    const auto reply = call("GET", "/openapi.json");
    ASSERT_EQ(reply->status, 200);
    const Json document = reply->json();
    EXPECT_EQ(document["openapi"], "3.1.0");
    std::set<std::string> told, there;
    for (const auto& [path, operations] : document["paths"].items())
        for (const auto& [method, operation] : operations.items()) {
            told.insert(method + " " + path);
            EXPECT_FALSE(operation["summary"].get<std::string>().empty());
            EXPECT_TRUE(operation["responses"].contains("200") && operation["responses"].contains("default"));
        }
    for (const Api::Route& route : Api::routes()) {
        if (route.get) there.insert("get " + route.path);
        if (route.post) there.insert("post " + route.path);
    }
    EXPECT_THAT(told, testing::ContainerEq(there));

    std::set<std::string> named, schemas;
    references(document, named);
    for (const auto& [name, schema] : document["components"]["schemas"].items()) schemas.insert("#/components/schemas/" + name);
    for (const std::string& name : named) EXPECT_TRUE(schemas.contains(name)) << name;
}

} // namespace
} // namespace corral::server
