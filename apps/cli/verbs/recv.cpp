// SPDX-License-Identifier: MIT
#include "cli/verbs/recv.hpp"

#include <mcast/output.hpp>

#include "cli/verbs/errors_help.hpp"
#include "cli/view/follow.hpp"
#include "cli/view/present.hpp"

namespace mcast::cli {
namespace {

constexpr const char* kFileGroup = "What to receive, and where to";

// A file cannot share standard output with JSON, nor go to a terminal.
std::string objection(const Command& command, const RecvCommand& options) {
    if (!options.receive.exec.empty() || !is_standard_output(options.receive.output)) return {};
    if (options.output.background) {
        return "--background leaves standard output behind; name a file or a folder with --output";
    }
    if (options.output.json) {
        return "--json and --output - both want standard output; choose one of them";
    }
    if (command.out_is_terminal) {
        return "standard output is a terminal; redirect it, or name a file with --output";
    }
    return {};
}

}  // namespace

void flags(Parser& parser, RecvCommand& options) {
    auto& receive = options.receive;
    parser
        .add_option("-o,--output", receive.output,
                    "folder, file, device, or - for standard output; this folder by default")
        .type_name("PATH|-")
        .not_empty()
        .take_last()
        .group(kFileGroup);
    parser
        .add_option("--exec", receive.exec,
                    "instead: a shell command that takes the content on its standard input")
        .type_name("COMMAND")
        .not_empty()
        .excludes("--output")
        .take_last()
        .group(kFileGroup);
    parser.add_flag("--overwrite", receive.overwrite, "replace a file that exists")
        .group(kFileGroup);
    parser
        .add_flag("--reread-partitions", receive.reread_partitions,
                  "the kernel reads the partition table of a device again")
        .group(kFileGroup);
    add_name_flag(parser, receive.name, "the only offer to take; the first by default", kFileGroup);
    parser.add_option("--host", receive.host, "how this machine names itself")
        .type_name("NAME")
        .not_empty()
        .take_last()
        .group(kFileGroup);
    add_timeout_flag(parser, receive.timeout,
                     "give up when nothing moves for so long; 30 s, once running", kFileGroup);
    add_network_flags(parser, receive.network);
    add_node_flag(parser, receive.node_id);
    add_plain_flag(parser, receive.plain, "take a file from a plain NORM sender, too");
    add_output_flags(parser, options.output);
    add_trace_flag(parser, receive.trace);
}

int run(Command& command, const RecvCommand& options) {
    if (options.output.help_errors) return print_error_table(command.out);
    if (const auto text = objection(command, options); !text.empty()) {
        Voice(command, options.output.quiet).usage(text, "");
        return end_without_session(command, options.output.json, {ErrorCode::usage, 0, text});
    }
    auto receive = options.receive;
    // Output of the command must not get between our lines of JSON.
    if (options.output.json && !receive.exec.empty()) receive.exec.insert(0, "exec >&2\n");
    return follow(command, options.output, [&](Observer observer) {
        return command.library.receive(receive, std::move(observer));
    });
}

}  // namespace mcast::cli
