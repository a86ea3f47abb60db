// SPDX-License-Identifier: MIT
#include "cli/command.hpp"

#include <algorithm>
#include <charconv>

namespace mcast::cli {

namespace {

// The width that the user set, as in `COLUMNS=200 mcsend status | cat`.
std::optional<std::size_t> wanted_width(const Command& command) {
    const auto text = command.environment("COLUMNS").value_or("");
    std::size_t width = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), width);
    if (error != std::errc{} || width == 0) return {};
    return std::min(width, kEndless);
}

bool colour_wanted(const Command& command) {
    const auto no_color = command.environment("NO_COLOR");
    const auto term = command.environment("TERM");
    return !(no_color && !no_color->empty()) && term != "dumb";
}

template <typename Find>
Result<Status> own_role_first(const Command& command, const std::string& session, Find find) {
    Result<Status> own = find(command.role);
    if (own || session.empty() || own.error().code != ErrorCode::no_such_session) return own;
    Result<Status> other = find(command.role == Role::sender ? Role::receiver : Role::sender);
    return other || other.error().code != ErrorCode::no_such_session ? other : own;
}

}  // namespace

bool colour_on_out(const Command& command) {
    return command.out_is_terminal && colour_wanted(command);
}

bool colour_on_err(const Command& command) {
    return command.err_is_terminal && colour_wanted(command);
}

Paper paper_of(const Command& command) {
    const auto colour = colour_on_out(command);
    if (!command.out_is_terminal) return {wanted_width(command).value_or(kEndless), colour};
    return {static_cast<std::size_t>(std::max(command.width(), 1)), colour};
}

int exit_status_of(const Status& status) {
    if (status.state == State::success) return kExitSuccess;
    return error_info(status.error ? status.error->code : ErrorCode::internal).exit_status;
}

Result<Status> find_session(const Command& command, const std::string& session) {
    return own_role_first(command, session,
                          [&](Role role) { return command.library.query(session, role); });
}

Result<Status> find_awaited(const Command& command, const std::string& session,
                            const std::function<std::optional<Seconds>()>& left) {
    return own_role_first(command, session,
                          [&](Role role) { return command.library.await(session, role, left()); });
}

}  // namespace mcast::cli
