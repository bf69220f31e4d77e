"""All mutants."""

from tests.chaos.mutants import of_chassis, of_kernel, of_services

TABLE = (*of_kernel.MUTANTS, *of_chassis.MUTANTS, *of_services.MUTANTS)
MUTANTS = {mutant.name: mutant for mutant in TABLE}
