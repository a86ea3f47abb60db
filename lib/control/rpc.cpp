// SPDX-License-Identifier: MIT
#include "control/rpc.hpp"

#include <algorithm>
#include <array>

#include "control/json_depth.hpp"
#include "control/json_fields.hpp"
#include "control/status_json.hpp"

namespace mcast::control::rpc {
namespace {

struct MethodRow {
    std::string_view name;
    std::string_view parameter;  ///< its only parameter; empty: none
};
/// In the order of Method.
constexpr std::array<MethodRow, 8> kMethods{{{"status", ""},
                                             {"subscribe", ""},
                                             {"cancel", "reason"},
                                             {"close", ""},
                                             {"start", ""},
                                             {"drain", ""},
                                             {"set_rate", "bps"},
                                             {"detach", "receiver"}}};

std::unexpected<Fault> refuse(Json id, int code, std::string message) {
    return std::unexpected(Fault{std::move(id), code, std::move(message)});
}

std::string to_line_end(const Json& json) {
    return to_line(json) + '\n';
}

/// The id as it will be sent back; empty for a notification.
std::expected<std::optional<Json>, Fault> read_id(const Json& json) {
    const auto id = json.find("id");
    if (id == json.end()) return std::nullopt;
    if (!id->is_string() && !id->is_number() && !id->is_null()) {
        return refuse(nullptr, kInvalidRequest, "id is neither string nor number nor null");
    }
    return *id;
}

/// Reads the parameters; returns an error text, or empty.
std::string read_params(const Json* params, Request& request) {
    const auto& row = kMethods.at(static_cast<std::size_t>(request.method));
    static const Json none = Json::object();
    const Json& object = params == nullptr ? none : *params;
    if (!object.is_object()) return "params is no object";
    for (const auto& [key, value] : object.items()) {
        if (key != row.parameter) return "unknown parameter for this method";
    }
    JsonFields fields(object);
    if (request.method == Method::cancel && fields.has("reason")) {
        request.text = fields.text_or_null("reason").value_or("");
    }
    if (request.method == Method::detach) request.text = fields.text("receiver");
    if (request.method == Method::set_rate) request.bps = fields.count_or_null("bps");
    if (request.bps == 0U) fields.complain("bps", "is zero");
    if (request.text.size() > kMaxText) fields.complain(row.parameter, "is too long");
    return fields.complaint();
}

/// The error of the session that a JSON-RPC error object carries.
Error error_of(const Json& object) {
    JsonFields fields(object);
    const std::string message = fields.text("message");
    if (!fields.complaint().empty()) {
        return {ErrorCode::protocol, 0, "bad error reply: " + fields.complaint()};
    }
    if (fields.has("data")) {
        JsonFields data(object["data"]);
        const ErrorInfo* row = find_error(data.text("name"));
        if (row != nullptr) return {row->code, 0, message};
    }
    const auto code = object.find("code");
    ErrorCode kind = ErrorCode::io;
    if (code != object.end() && *code == kMethodNotFound) kind = ErrorCode::unsupported;
    if (code != object.end() && *code == kInvalidParams) kind = ErrorCode::usage;
    return {kind, 0, "the session answered: " + message};
}

}  // namespace

std::string_view name_of(Method method) {
    return kMethods.at(static_cast<std::size_t>(method)).name;
}

std::expected<Request, Fault> parse_request(std::string_view line) {
    if (nested_deeper_than(line, kMaxDepth)) {
        return refuse(nullptr, kParseError, "nested too deeply");
    }
    const Json json = Json::parse(line, nullptr, false);
    if (json.is_discarded()) return refuse(nullptr, kParseError, "no valid JSON in one line");
    if (!json.is_object()) {
        return refuse(nullptr, kInvalidRequest, "one request object a line, no batches");
    }
    auto id = read_id(json);
    if (!id) return std::unexpected(id.error());
    const Json reply_id = id->value_or(nullptr);

    JsonFields fields(json);
    if (fields.text("jsonrpc") != "2.0") fields.complain("jsonrpc", "is not \"2.0\"");
    const std::string method = fields.text("method");
    if (!fields.complaint().empty()) return refuse(reply_id, kInvalidRequest, fields.complaint());

    const auto* row = std::ranges::find(kMethods, method, &MethodRow::name);
    if (row == kMethods.end()) return refuse(reply_id, kMethodNotFound, "no such method");
    Request request;
    request.method = static_cast<Method>(row - kMethods.begin());
    request.id = *std::move(id);
    const auto params = json.find("params");
    const std::string complaint = read_params(params == json.end() ? nullptr : &*params, request);
    if (!complaint.empty()) return refuse(reply_id, kInvalidParams, complaint);
    return request;
}

std::string result_line(const Json& id, std::string_view result) {
    return with_key(to_line({{"jsonrpc", "2.0"}, {"id", id}}), "result", result) + '\n';
}

std::string fault_line(const Fault& fault) {
    return to_line_end({{"jsonrpc", "2.0"},
                        {"id", fault.id},
                        {"error", {{"code", fault.code}, {"message", fault.message}}}});
}

std::string error_line(const Json& id, const Error& error) {
    const int number = static_cast<int>(error.code);
    const Json data{{"code", number}, {"name", error.name()}};
    return to_line_end(
        {{"jsonrpc", "2.0"},
         {"id", id},
         {"error",
          {{"code", kSessionErrorBase - number}, {"message", error.message}, {"data", data}}}});
}

std::string notification_line(std::string_view event) {
    return with_key(to_line({{"jsonrpc", "2.0"}, {"method", "event"}}), "params", event) + '\n';
}

std::string request_line(std::int64_t id, Method method, Json params) {
    Json json{{"jsonrpc", "2.0"}, {"id", id}, {"method", name_of(method)}};
    if (!params.is_null()) json["params"] = std::move(params);
    return to_line_end(json);
}

Result<Reply> parse_reply(std::string_view line) {
    auto json = parse_json(line);
    if (!json) return std::unexpected(json.error());
    if (!json->is_object()) return fail(ErrorCode::protocol, "the reply is no object");
    if (const auto error = json->find("error"); error != json->end()) {
        return std::unexpected(error_of(*error));
    }
    if (const auto result = json->find("result"); result != json->end()) {
        return Reply{false, std::move(*result)};
    }
    if (const auto params = json->find("params"); params != json->end()) {
        return Reply{true, std::move(*params)};
    }
    return fail(ErrorCode::protocol, "the reply has neither result nor error");
}

}  // namespace mcast::control::rpc
