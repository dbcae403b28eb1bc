// SPDX-License-Identifier: Apache-2.0
/* What tells this machine from a clone of it: a salted hash of /etc/machine-id.
 *
 * Not here:  the machine-id itself in any file of ours: it would tie an association's data to other programs' traces.
 */
#include "agent/system/machine.h"

#include <stdio.h>
#include <string.h>

#include "protocol/chain.h"

void machine_text(char ret[MACHINE_TEXT_SIZE])
{
    static const uint8_t salt[SALT_SIZE + 1] = "teren machine 01";
    uint8_t hash[HASH_SIZE];
    char id[64] = "";
    FILE *file = fopen("/etc/machine-id", "re");
    size_t size = file == NULL ? 0 : fread(id, 1, sizeof id, file);

    if (file != NULL)
        fclose(file);
    ret[0] = '\0';
    if (size < 32) /* "uninitialized", or none: a machine without a name cannot be told from its clone */
        return;
    chain_commit(salt, (struct span){(const uint8_t *)id, 32}, hash);
    hex_write(hash, (MACHINE_TEXT_SIZE - 1) / 2, ret);
}
