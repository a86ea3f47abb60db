// SPDX-License-Identifier: MIT
#include "cli/verbs/help_command.hpp"

#include <fmt/format.h>

#include "cli/grammar/help.hpp"
#include "cli/verbs/verbs.hpp"
#include "cli/view/advice.hpp"
#include "cli/view/present.hpp"

namespace mcast::cli {

void flags(Parser& parser, HelpCommand& options) {
    parser.add_option("COMMAND", options.about, "the command; of all, if absent")
        .type_name("[COMMAND]");
}

int run(Command& command, const HelpCommand& options) {
    const auto all = grammars_of(command.role);
    if (options.about.empty()) {
        command.out << tool_help(all.own);
        return kExitSuccess;
    }
    const auto* verb = find_verb(options.about);
    if (verb != nullptr && has(*verb, command.role)) {
        command.out << command_help(declare_verb(*verb, command.role).parser->form());
        return kExitSuccess;
    }
    const auto meant = command_meant(options.about, all);
    Voice(command, false)
        .usage(fmt::format("there is no command '{}'", options.about),
               meant ? fmt::format("did you mean {}?", *meant)
                     : fmt::format("{} help lists them", command.tool));
    return error_info(ErrorCode::usage).exit_status;
}

}  // namespace mcast::cli
