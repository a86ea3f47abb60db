// SPDX-License-Identifier: MIT
#include "cli/tool.hpp"
#include "commit.hpp"

int main(int argc, char** argv) {
    return mcast::cli::run_mcrecv(argc, argv, MCAST_COMMIT);
}
