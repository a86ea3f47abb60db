// SPDX-License-Identifier: MIT
#include "control/rpc.hpp"

#include <utility>
#include <vector>

#include "control/request_handler.hpp"
#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::control;
using namespace mcast::control::rpc;
using namespace mcast::control::test;

namespace {

std::string call_text(const std::string& method, const std::string& params = "") {
    return R"({"jsonrpc":"2.0","id":7,"method":")" + method + "\"" +
           (params.empty() ? "" : ",\"params\":" + params) + "}";
}

int fault_of(const std::string& line) {
    const auto request = parse_request(line);
    return request ? 0 : request.error().code;
}

std::vector<std::string> lines_of(LineFramer& framer) {
    std::vector<std::string> lines;
    while (const auto line = framer.next()) lines.emplace_back(*line);
    return lines;
}

}  // namespace

TEST_CASE("lines come out whole however they were cut on the way", "[control]") {
    const std::string text = "one\r\n\n\ntwo\nthree\n";
    for (std::size_t size = 1; size <= text.size(); ++size) {
        LineFramer framer(10);
        std::vector<std::string> lines;
        for (std::size_t at = 0; at < text.size(); at += size) {
            framer.push(std::string_view(text).substr(at, size));
            for (auto& line : lines_of(framer)) lines.push_back(std::move(line));
        }
        CHECK(lines == std::vector<std::string>{"one", "two", "three"});
        CHECK_FALSE(framer.partial());
        CHECK_FALSE(framer.overflowed());
    }
}

TEST_CASE("a line longer than the limit is an overflow, with or without its end", "[control]") {
    LineFramer framer(4);
    framer.push("ok\n1234");
    CHECK(lines_of(framer) == std::vector<std::string>{"ok"});
    CHECK(framer.overflowed());
    LineFramer whole(4);
    whole.push("1234\nok\n");
    CHECK_FALSE(whole.next());
    CHECK(whole.overflowed());
    LineFramer just(4);
    just.push("123\n");
    CHECK_FALSE(just.overflowed());
}

TEST_CASE("half a line is noticed as such", "[control]") {
    LineFramer framer(10);
    framer.push("a\nb");
    CHECK(lines_of(framer).size() == 1);
    CHECK(framer.partial());
}

TEST_CASE("a request is read with its method, id and parameters", "[control]") {
    const auto cancel = parse_request(call_text("cancel", R"({"reason":"lunch"})")).value();
    CHECK(cancel.method == Method::cancel);
    CHECK(cancel.text == "lunch");
    CHECK(*cancel.id == 7);
    CHECK(parse_request(call_text("set_rate", R"({"bps":900000000})")).value().bps == 900000000);
    CHECK_FALSE(parse_request(call_text("set_rate", R"({"bps":null})")).value().bps);
    CHECK(parse_request(call_text("detach", R"({"receiver":"lab-02"})")).value().text == "lab-02");
    for (const auto* method : {"status", "subscribe", "cancel", "close", "start", "drain"}) {
        CHECK(name_of(parse_request(call_text(method)).value().method) == method);
    }
}

TEST_CASE("a request without an id is a notification", "[control]") {
    const auto request = parse_request(R"({"jsonrpc":"2.0","method":"drain"})");
    CHECK_FALSE(request.value().id);
}

TEST_CASE("what is no request is refused with the code of JSON-RPC", "[control]") {
    const std::vector<std::pair<std::string, int>> cases{
        {"{", kParseError},
        {"\xff", kParseError},
        {std::string(60000, '['), kParseError},
        {"[]", kInvalidRequest},
        {"7", kInvalidRequest},
        {"{}", kInvalidRequest},
        {R"({"jsonrpc":"1.0","id":1,"method":"status"})", kInvalidRequest},
        {R"({"jsonrpc":"2.0","id":[1],"method":"status"})", kInvalidRequest},
        {R"({"jsonrpc":"2.0","id":1,"method":7})", kInvalidRequest},
        {call_text("reboot"), kMethodNotFound},
        {call_text("cancel", R"({"reason":7})"), kInvalidParams},
        {call_text("cancel", R"(["lunch"])"), kInvalidParams},
        {call_text("cancel", R"({"because":"lunch"})"), kInvalidParams},
        {call_text("cancel", R"({"reason":")" + std::string(1025, 'x') + "\"}"), kInvalidParams},
        {call_text("status", R"({"reason":"x"})"), kInvalidParams},
        {call_text("detach"), kInvalidParams},
        {call_text("set_rate"), kInvalidParams},
        {call_text("set_rate", R"({"bps":0})"), kInvalidParams},
        {call_text("set_rate", R"({"bps":-1})"), kInvalidParams},
        {call_text("set_rate", R"({"bps":1e9})"), kInvalidParams},
        {call_text("set_rate", R"({"bps":"fast"})"), kInvalidParams},
    };
    for (const auto& [line, code] : cases) {
        INFO(line.substr(0, 100));
        CHECK(fault_of(line) == code);
    }
}

TEST_CASE("a refusal names the id whenever it could be read", "[control]") {
    CHECK(parse_request(call_text("reboot")).error().id == 7);
    CHECK(parse_request("{").error().id.is_null());
}

TEST_CASE("an error of the session crosses the socket with its number, name and words",
          "[control]") {
    const Error error{ErrorCode::too_late, 0, "over"};
    const std::string line = error_line(7, error);
    CHECK(line ==
          "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32029,\"message\":\"over\","
          "\"data\":{\"code\":29,\"name\":\"too_late\"}}}\n");
    CHECK(parse_reply(line).error() == error);
}

TEST_CASE("replies and events are told apart", "[control]") {
    CHECK_FALSE(parse_reply(result_line(1, "true")).value().is_event);
    CHECK(parse_reply(notification_line(R"({"event":"end"})")).value().is_event);
    CHECK_FALSE(parse_reply("{}"));
    CHECK_FALSE(parse_reply("7"));
    CHECK_FALSE(parse_reply(R"({"error":7})"));
    const auto unknown = parse_reply(fault_line({1, kMethodNotFound, "no such method"}));
    CHECK(unknown.error().code == ErrorCode::unsupported);
}

TEST_CASE("a command that the session has no handler for is unsupported", "[control]") {
    Handlers handlers;
    handlers.status = [] { return a_status(); };
    const auto line = answer(parse_request(call_text("drain")).value(), handlers);
    CHECK(parse_reply(line).error().code == ErrorCode::unsupported);
}

TEST_CASE("close is refused while the session runs, and reaches it after the end", "[control]") {
    bool closed = false;
    Status status = a_status();
    Handlers handlers;
    handlers.status = [&] { return status; };
    handlers.close = [&]() -> Handlers::Outcome {
        closed = true;
        return {};
    };
    const auto request = parse_request(call_text("close")).value();
    CHECK(parse_reply(answer(request, handlers)).error().code == ErrorCode::still_running);
    CHECK_FALSE(closed);
    status = a_final_status();
    CHECK(parse_reply(answer(request, handlers)));
    CHECK(closed);
}

TEST_CASE("a notification is obeyed and not answered", "[control]") {
    std::string reason;
    Handlers handlers;
    handlers.status = [] { return a_status(); };
    handlers.cancel = [&](std::string why) -> Handlers::Outcome {
        reason = why;
        return {};
    };
    const auto request =
        parse_request(R"({"jsonrpc":"2.0","method":"cancel","params":{"reason":"lunch"}})");
    CHECK(answer(request.value(), handlers).empty());
    CHECK(reason == "lunch");
}
