// SPDX-License-Identifier: MIT
#include "cli/tool.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/help.hpp"
#include "cli/present.hpp"
#include "cli/verbs.hpp"

namespace mcast::cli {
namespace {

using Words = std::vector<std::string>;

std::string lower_first(std::string text) {
    if (text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' &&
        !(text[1] >= 'A' && text[1] <= 'Z')) {
        text[0] = static_cast<char>(text[0] - 'A' + 'a');
    }
    return text;
}

int usage_error(Command& command, const std::string& text) {
    Voice(command, false).usage(text);
    return error_info(ErrorCode::usage).exit_status;
}

// CLI11 speaks by exceptions and has exit statuses of its own; both end here.
int parse_and_run(Command& command, Declared declared, Words words) {
    std::ranges::reverse(words);  // as CLI11 wants it
    try {
        declared.app->parse(std::move(words));
    } catch (const CLI::CallForHelp&) {
        const auto form = form_of(*declared.app);
        command.out << (form.command.empty() ? tool_help(grammar_of(command.role))
                                             : command_help(form));
        return kExitSuccess;
    } catch (const CLI::CallForVersion& version) {
        command.out << version.what() << '\n';
        return kExitSuccess;
    } catch (const CLI::ParseError& error) {
        return usage_error(command, lower_first(error.what()));
    }
    return declared.run(command);
}

int short_help(Command& command) {
    command.err << "usage: mcsend [OPTIONS] FILE      sends it to every mcrecv on the network\n"
                   "       mcsend status [SESSION]    shows how far it is\n"
                   "       mcsend --help              shows options and commands\n";
    return error_info(ErrorCode::usage).exit_status;
}

int dispatch(Command& command, const Words& words) {
    if (words.empty() && command.role == Role::sender) return short_help(command);
    const auto* verb = words.empty() ? nullptr : find_verb(words.front());
    if (verb == nullptr) return parse_and_run(command, declare_transfer(command.role), words);
    if (!has(*verb, command.role)) {
        return usage_error(command, fmt::format("{} is a command of {}", verb->name,
                                                verb->sender ? "mcsend" : "mcrecv"));
    }
    return parse_and_run(command, declare_verb(*verb, command.role),
                         Words(words.begin() + 1, words.end()));
}

}  // namespace

int run_tool(Command& command, const std::vector<std::string>& words) {
    int status = kExitSuccess;
    try {
        status = dispatch(command, words);
    } catch (const std::exception& exception) {
        status = report(Voice(command, false), {ErrorCode::internal, 0, exception.what()});
    }
    if (!command.out.flush() && status == kExitSuccess) {
        return report(Voice(command, false),
                      {ErrorCode::io, 0, "standard output could not be written"});
    }
    return status;
}

}  // namespace mcast::cli
