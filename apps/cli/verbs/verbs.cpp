// SPDX-License-Identifier: MIT
#include "cli/verbs/verbs.hpp"

#include <algorithm>

#include "cli/verbs/cancel.hpp"
#include "cli/verbs/close.hpp"
#include "cli/verbs/completion.hpp"
#include "cli/verbs/detach.hpp"
#include "cli/verbs/drain.hpp"
#include "cli/verbs/help_command.hpp"
#include "cli/verbs/keygen.hpp"
#include "cli/verbs/list.hpp"
#include "cli/verbs/metrics.hpp"
#include "cli/verbs/rate.hpp"
#include "cli/verbs/receivers.hpp"
#include "cli/verbs/recv.hpp"
#include "cli/verbs/send.hpp"
#include "cli/verbs/start.hpp"
#include "cli/verbs/status.hpp"
#include "cli/verbs/wait.hpp"

namespace mcast::cli {
namespace {

std::string tool_of(Role role) {
    return role == Role::sender ? "mcsend" : "mcrecv";
}

// The parser writes into options that live as long as the function that runs with them.
template <typename Options>
Declared declare(const std::string& name, const std::string& description) {
    auto options = std::make_shared<Options>();
    auto parser = std::make_unique<Parser>(name, description);
    flags(*parser, *options);
    parser->add_help_flag("this help").group(kHelpGroup);
    return {std::move(parser), [options](Command& command) { return run(command, *options); }};
}

}  // namespace

const std::vector<Verb>& verbs() {
    static const std::vector<Verb> all{
        {"status", "shows the sessions on this machine, or one of them", true, true,
         declare<StatusCommand>},
        {"receivers", "shows the receivers of a session, slowest first", true, false,
         declare<ReceiversCommand>},
        {"wait", "waits for the end of sessions and exits as they did", true, true,
         declare<WaitCommand>},
        {"cancel", "ends a session; its peers are told", true, true, declare<CancelCommand>},
        {"close", "removes the record of an ended session", true, true, declare<CloseCommand>},
        {"metrics", "prints all sessions as OpenMetrics text, for Prometheus", true, true,
         declare<MetricsCommand>},
        {"list", "shows what is on offer on the network", false, true, declare<ListCommand>},
        {"keygen", "makes a key, with which nobody else can read or join", true, false,
         declare<KeygenCommand>},
        {"start", "begins a transfer now, with the receivers that joined", true, false,
         declare<StartCommand>},
        {"drain", "takes no more receivers and finishes with these", true, false,
         declare<DrainCommand>},
        {"rate", "changes the rate of a running transfer", true, false, declare<RateCommand>},
        {"detach", "gives a receiver up and goes on without it", true, false,
         declare<DetachCommand>},
        {"help", "shows what the tool or one of its commands takes", true, true,
         declare<HelpCommand>},
        {"completion", "prints what makes a shell complete command lines", true, true,
         declare<CompletionCommand>},
    };
    return all;
}

const Verb* find_verb(const std::string& name) {
    const auto verb = std::ranges::find(verbs(), name, &Verb::name);
    return verb == verbs().end() ? nullptr : &*verb;
}

bool has(const Verb& verb, Role role) {
    return role == Role::sender ? verb.sender : verb.receiver;
}

Declared declare_transfer(Role role) {
    const auto tool = tool_of(role);
    auto declared =
        role == Role::sender
            ? declare<SendCommand>(tool,
                                   "Sends a file to any number of machines at once, by "
                                   "multicast.")
            : declare<RecvCommand>(tool, "Receives the file that mcsend offers on the network.");
    declared.parser->add_version_flag("name and version").group(kHelpGroup);
    return declared;
}

Declared declare_verb(const Verb& verb, Role role) {
    return verb.declare(tool_of(role) + " " + verb.name, verb.description);
}

Grammars grammars_of(Role role) {
    return {grammar_of(role), grammar_of(role == Role::sender ? Role::receiver : Role::sender)};
}

Grammar grammar_of(Role role) {
    Grammar grammar{tool_of(role), declare_transfer(role).parser->form(), {}};
    for (const auto& verb : verbs()) {
        if (has(verb, role)) grammar.commands.push_back(declare_verb(verb, role).parser->form());
    }
    const auto help = std::ranges::find(grammar.commands, "help", &Form::command);
    for (const auto& form : grammar.commands) {
        help->operands.front().words.push_back(form.command);
    }
    return grammar;
}

}  // namespace mcast::cli
