// SPDX-License-Identifier: MIT
#include "cli/tool.hpp"

#include <fmt/format.h>

#include <mcast/version.hpp>

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

int parse_and_run(Command& command, const Declared& declared, const Words& words) {
    const auto asked = declared.parser->parse(words);
    if (!asked) return usage_error(command, lower_first(asked.error()));
    if (*asked == Asked::help) {
        const auto form = declared.parser->form();
        command.out << (form.command.empty() ? tool_help(grammar_of(command.role))
                                             : command_help(form));
        return kExitSuccess;
    }
    if (*asked == Asked::version) {
        command.out << command.tool << ' ' << mcast::version() << '\n';
        return kExitSuccess;
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
