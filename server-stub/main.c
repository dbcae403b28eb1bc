// SPDX-License-Identifier: Apache-2.0
/* (to be written) */
int main(void)
{
    return 0;
}
