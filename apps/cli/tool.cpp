// SPDX-License-Identifier: MIT
#include "cli/tool.hpp"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include <mcast/version.hpp>

#include "cli/grammar/defaults.hpp"
#include "cli/grammar/help.hpp"
#include "cli/source_check.hpp"
#include "cli/verbs/verbs.hpp"
#include "cli/view/advice.hpp"
#include "cli/view/follow.hpp"
#include "cli/view/present.hpp"

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

int usage_error(Command& command, const std::string& text, const std::string& hint,
                bool json = false) {
    Voice(command, false).usage(text, hint);
    return end_without_session(command, json, {ErrorCode::usage, 0, text});
}

// True if a command line that could not be parsed wanted events.
bool wants_events(const Words& words) {
    const auto operands = std::ranges::find(words, "--");
    return std::find(words.begin(), operands, "--json") != operands;
}

int misused(Command& command, const Misuse& misuse, const Form& form, bool json) {
    return usage_error(command, lower_first(misuse.text),
                       advice(misuse, form, grammars_of(command.role)), json);
}

int print_version(Command& command) {
    command.out << fmt::format("{} {}\nprotocol {} over NORM (RFC 5740)\ncommit {}\nlicence MIT\n",
                               command.tool, mcast::version(), mcast::protocol_version(),
                               command.commit.empty() ? "unknown" : command.commit);
    return kExitSuccess;
}

// Fills the rest of a transfer's options from files and the environment; --help-errors needs none.
std::expected<void, WrongDefault> complete(const Command& command, Parser& parser) {
    if (parser.given("--help-errors")) return {};
    const auto sources = apply_defaults(command, parser, {parser.form(), {}});
    if (!sources) return std::unexpected(sources.error());
    const bool quiet = parser.value_of("--quiet") == "true";
    if (!sources->empty()) Voice(command, quiet).say("defaults from " + enumerated(*sources));
    return {};
}

// `list` uses only the network and the key of the transfers' defaults. An error in a file is only a
// warning here.
void complete_list(const Command& command, Parser& parser) {
    const auto transfer = declare_transfer(command.role).parser->form();
    const auto done =
        apply_defaults(command, parser, {transfer, {"--group", "--interface", "--key"}});
    if (!done) Voice(command, parser.value_of("--quiet") == "true").warning(done.error().text);
}

int parse_and_run(Command& command, const Declared& declared, const Words& words) {
    const auto asked = declared.parser->parse(words);
    const auto form = declared.parser->form();
    if (!asked) {
        const bool json = form.command.empty() && wants_events(words);
        return misused(command, asked.error(), form, json);
    }
    if (*asked == Asked::help) {
        command.out << (form.command.empty() ? tool_help(grammar_of(command.role))
                                             : command_help(form));
        return kExitSuccess;
    }
    if (*asked == Asked::version) return print_version(command);
    if (form.command.empty()) {
        if (const auto done = complete(command, *declared.parser); !done) {
            const bool json = declared.parser->value_of("--json") == "true";
            return usage_error(command, done.error().text, done.error().hint,
                               json || wants_events(words));
        }
    }
    if (form.command == "list") complete_list(command, *declared.parser);
    return declared.run(command);
}

int short_help(Command& command) {
    command.err << "Usage: mcsend [OPTIONS] FILE      sends it to every mcrecv on the network\n"
                   "       mcsend status [SESSION]    shows how far it is\n"
                   "       mcsend --help              shows options and commands\n";
    return error_info(ErrorCode::usage).exit_status;
}

// Reports a first word that is meant as a command but is none. The name of an existing file is
// never one.
std::optional<int> mistaken_command(Command& command, const Words& words) {
    const auto& word = words.front();
    const bool sends = command.role == Role::sender;
    const bool path = word.find('/') != std::string::npos;
    if (word.starts_with('-') || path || (sends && is_there(word))) return {};
    if (const auto* verb = find_verb(word)) {
        const std::string owner = verb->sender ? "mcsend" : "mcrecv";
        return usage_error(command, fmt::format("{} is a command of {}", word, owner),
                           fmt::format("see {} {} --help", owner, word));
    }
    const auto meant = command_meant(word, grammars_of(command.role));
    if (!meant) return {};
    return usage_error(command,
                       fmt::format("there is no command{} '{}'", sends ? " or file" : "", word),
                       fmt::format("did you mean {}?", *meant), wants_events(words));
}

int dispatch(Command& command, const Words& words) {
    if (words.empty() && command.role == Role::sender) return short_help(command);
    const auto* verb = words.empty() ? nullptr : find_verb(words.front());
    if (verb != nullptr && has(*verb, command.role)) {
        return parse_and_run(command, declare_verb(*verb, command.role),
                             Words(words.begin() + 1, words.end()));
    }
    if (!words.empty()) {
        if (const auto status = mistaken_command(command, words)) return *status;
    }
    return parse_and_run(command, declare_transfer(command.role), words);
}

Error write_error(const Command& command) {
    if (command.out_is_unread && command.out_is_unread())
        return {ErrorCode::io, EPIPE, "the reader of standard output has gone"};
    return {ErrorCode::io, 0, "standard output could not be written"};
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
        return report(Voice(command, false), write_error(command));
    }
    return status;
}

}  // namespace mcast::cli
