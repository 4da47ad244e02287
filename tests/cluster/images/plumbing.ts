import { programPath } from '../harness/programs.ts'
import { copyInto, type Image, imageOf } from './image.ts'

/** An image of one static program. */
const programImage = (name: string, program: string): Image =>
  imageOf({
    name,
    inputs: [program],
    prepare: (context) => copyInto(context, program, name),
  })

/** What a node itself runs: the process that holds a pod together, and the cluster's DNS. */
export const plumbingImages = async (corednsProgram: string): Promise<Image[]> => [
  programImage('pause', await programPath('pause')),
  programImage('coredns', corednsProgram),
]
