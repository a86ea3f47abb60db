// SPDX-License-Identifier: MIT
#include "cli/verbs/keygen.hpp"

#include <fmt/format.h>

#include "cli/view/present.hpp"

namespace mcast::cli {

void flags(Parser& parser, KeygenCommand& options) {
    parser.add_option("PATH", options.file, "the file to make, mcast.key by default")
        .type_name("[PATH]")
        .not_empty();
    add_quiet_flag(parser, options.quiet);
}

int run(Command& command, const KeygenCommand& options) {
    const Voice voice(command, options.quiet);
    const auto id = command.library.make_key(options.file);
    if (!id && id.error().code == ErrorCode::exists) {
        voice.error(id.error(), "keep that one, or name another file");
        return id.error().exit_status();
    }
    if (!id) return report(voice, id.error());
    command.out << options.file << '\n';
    voice.say(
        fmt::format("{} holds a new key, {}: copy it to each machine by a safe way, readable "
                    "for its owner alone, and take mcsend --key {} and mcrecv --key {}",
                    options.file, *id, options.file, options.file));
    return kExitSuccess;
}

}  // namespace mcast::cli
