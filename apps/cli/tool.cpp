// SPDX-License-Identifier: MIT
#include "cli/tool.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <mcast/version.hpp>

#include "cli/cancel.hpp"
#include "cli/close.hpp"
#include "cli/detach.hpp"
#include "cli/drain.hpp"
#include "cli/list.hpp"
#include "cli/metrics.hpp"
#include "cli/present.hpp"
#include "cli/rate.hpp"
#include "cli/recv.hpp"
#include "cli/send.hpp"
#include "cli/start.hpp"
#include "cli/status.hpp"
#include "cli/wait.hpp"

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

// Parses the words into `options` and runs them. CLI11 speaks by exceptions and has exit statuses
// of its own; both end here.
template <typename Options>
int parse_and_run(Command& command, CLI::App& app, Words words) {
    Options options;
    flags(app, options);
    app.set_help_flag("-h,--help", "this help");
    std::ranges::reverse(words);  // as CLI11 wants it
    try {
        app.parse(std::move(words));
    } catch (const CLI::CallForHelp&) {
        command.out << app.help();
        return kExitSuccess;
    } catch (const CLI::CallForVersion& version) {
        command.out << version.what() << '\n';
        return kExitSuccess;
    } catch (const CLI::ParseError& error) {
        return usage_error(command, lower_first(error.what()));
    }
    return run(command, options);
}

template <typename Options>
int run_verb(Command& command, const std::string& verb, const std::string& description,
             const Words& words) {
    CLI::App app(description, command.tool + " " + verb);
    return parse_and_run<Options>(command, app, words);
}

struct Verb {
    std::string name;
    std::string description;
    bool sender;
    bool receiver;
    int (*run)(Command&, const std::string&, const std::string&, const Words&);
};

const std::array<Verb, 10>& verbs() {
    static const std::array<Verb, 10> all{{
        {"status", "shows the sessions on this machine, or one of them", true, true,
         run_verb<StatusCommand>},
        {"wait", "waits for the end of a session and exits as it did", true, true,
         run_verb<WaitCommand>},
        {"cancel", "ends a session; its peers are told", true, true, run_verb<CancelCommand>},
        {"close", "removes the record of an ended session", true, true, run_verb<CloseCommand>},
        {"metrics", "prints all sessions as OpenMetrics text, for Prometheus", true, true,
         run_verb<MetricsCommand>},
        {"list", "shows what is on offer on the network", false, true, run_verb<ListCommand>},
        {"start", "begins a transfer now, with the receivers that joined", true, false,
         run_verb<StartCommand>},
        {"drain", "takes no more receivers and finishes with these", true, false,
         run_verb<DrainCommand>},
        {"rate", "changes the rate of a transfer: rate [SESSION] auto|BITS", true, false,
         run_verb<RateCommand>},
        {"detach", "takes a receiver out of pacing and counting: detach [SESSION] RECEIVER", true,
         false, run_verb<DetachCommand>},
    }};
    return all;
}

const Verb* find_verb(const std::string& name) {
    const auto* const verb = std::ranges::find(verbs(), name, &Verb::name);
    return verb == verbs().end() ? nullptr : verb;
}

bool has(const Verb& verb, Role role) {
    return role == Role::sender ? verb.sender : verb.receiver;
}

std::string verbs_help(const Command& command) {
    auto text = fmt::format("Commands ({} COMMAND --help tells more):\n", command.tool);
    for (const auto& verb : verbs()) {
        if (!has(verb, command.role)) continue;
        text += fmt::format("  {:<28}{}\n", verb.name, verb.description);
    }
    return text +
           "\nExit status: 0 success; 1 failed; 2 wrong usage; 3 nobody came, nothing offered;\n"
           "4 some receivers failed; 5 no such session; 6 file or disk trouble; 7 authentication;\n"
           "8 wait timed out; 9 too early or too late; 130 interrupted. See --help-errors.\n";
}

int run_main(Command& command, const Words& words) {
    const bool sender = command.role == Role::sender;
    CLI::App app(sender ? "Sends a file to any number of machines at once, by multicast."
                        : "Receives the file that mcsend offers on the network.",
                 command.tool);
    app.set_version_flag("--version", fmt::format("{} {}", command.tool, mcast::version()),
                         "name and version");
    app.footer(verbs_help(command));
    return sender ? parse_and_run<SendCommand>(command, app, words)
                  : parse_and_run<RecvCommand>(command, app, words);
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
    if (verb == nullptr) return run_main(command, words);
    if (!has(*verb, command.role)) {
        return usage_error(command, fmt::format("{} is a command of {}", verb->name,
                                                verb->sender ? "mcsend" : "mcrecv"));
    }
    return verb->run(command, verb->name, verb->description, Words(words.begin() + 1, words.end()));
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
