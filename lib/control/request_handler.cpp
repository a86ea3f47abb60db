// SPDX-License-Identifier: MIT
#include "control/request_handler.hpp"

#include "control/status_json.hpp"
#include "control/status_rules.hpp"

namespace mcast::control {
namespace {

using rpc::Method;

constexpr auto kDone = "true";

template <typename Handler, typename... Arguments>
Result<std::string> run(const Handler& handler, Arguments&&... arguments) {
    if (!handler) return fail(ErrorCode::unsupported, "this session does not take that command");
    auto outcome = handler(std::forward<Arguments>(arguments)...);
    if (!outcome) return std::unexpected(std::move(outcome).error());
    return kDone;
}

Result<std::string> close(const Handlers& handlers) {
    if (!is_final(handlers.status().state)) {
        return fail(ErrorCode::still_running, "the session is still running");
    }
    return run(handlers.close);
}

Result<std::string> carry_out(const rpc::Request& request, const Handlers& handlers) {
    switch (request.method) {
        case Method::status:
            return status_line(handlers.status());
        case Method::subscribe:
            return kDone;
        case Method::cancel:
            return run(handlers.cancel, request.text);
        case Method::close:
            return close(handlers);
        case Method::start:
            return run(handlers.begin);
        case Method::drain:
            return run(handlers.drain);
        case Method::set_rate:
            return run(handlers.set_rate, request.bps);
        case Method::detach:
            return run(handlers.detach, request.text);
    }
    return fail(ErrorCode::internal, "a method without a handler");
}

}  // namespace

std::string answer(const rpc::Request& request, const Handlers& handlers) {
    auto outcome = carry_out(request, handlers);
    if (!request.id) return {};
    if (!outcome) return rpc::error_line(*request.id, outcome.error());
    return rpc::result_line(*request.id, *outcome);
}

}  // namespace mcast::control
