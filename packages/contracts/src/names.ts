/** Names for runs that nobody named: kept by hand, because a name is read aloud in meetings. */
const adjectives =
  'able agile amber ample apt azure bold brave breezy bright brisk calm careful cheerful clear clever cosmic crisp curious dapper daring deft eager early earnest easy elegant epic fair fancy fearless fine fleet fond frank free fresh gentle glad golden grand green handy hardy hearty honest humble ideal jolly keen kind lively loyal lucid lucky mellow merry mighty modest neat nimble noble orange patient placid plucky polite proud prudent quick quiet rapid ready regal robust rosy royal ruby serene sharp shiny silent silver sincere sleek smart smooth snappy solid sonic spry stable steady sturdy sunny super swift teal tender thrifty tidy tranquil true trusty upbeat valiant vast vivid warm wise witty zesty'.split(
    ' ',
  );
const animals =
  'alpaca antelope badger beaver bison bobcat buffalo camel caribou cat cheetah chinchilla condor cormorant coyote crane cricket curlew deer dingo dolphin dove dragonfly eagle egret elk emu falcon ferret finch firefly flamingo fox gazelle gecko gibbon giraffe goose grouse gull hare hawk hedgehog heron horse hummingbird ibex ibis impala jaguar jay kestrel kingfisher koala lark lemur leopard lion lizard llama lobster loris lynx macaw magpie manatee marlin marmot marten meerkat mole mongoose moose narwhal newt nightingale ocelot octopus okapi orca oriole osprey otter owl ox panda panther parrot partridge peacock pelican penguin perch pheasant pony porcupine puffin puma quail quokka rabbit raccoon raven reindeer robin salamander salmon seal seahorse serval sparrow spoonbill squirrel starling stork swallow swan swift tapir tern tiger toucan trout turtle viper wallaby walrus weasel whale wolf wombat woodpecker wren yak zebra'.split(
    ' ',
  );

const pick = (words: string[]): string => words[Math.floor(Math.random() * words.length)]!;

/** `quiet-heron` */
export const runName = (): string => `${pick(adjectives)}-${pick(animals)}`;
