import { commandsIn } from './words.ts'

/** What people allow these programs for. */
export const harmless: string[][] = commandsIn(String.raw`
git status
git status --short
git status -sb
git diff
git diff --stat
git diff HEAD~1
git diff main...HEAD -- src
git diff --cached
git diff --name-only
git --no-pager log --oneline -20
git log --oneline --graph --all
git log -p -3 src/a.ts
git log --since=2.weeks --author=me
git log --format=%h
git show HEAD
git show HEAD:src/a.ts
git show --stat HEAD~2
git blame src/a.ts
git blame -L 10,20 src/a.ts
git branch
git branch -a
git branch feature/x
git checkout -b feature/x
git checkout main
git switch main
git add .
git add src/a.ts
git add -A
git commit -m 'fix: remove old files'
git commit -am 'a; b && c'
git commit --amend --no-edit
git stash
git stash pop
git fetch
git fetch origin
git fetch --all --prune
git pull
git pull --rebase
git push
git push origin main
git push origin HEAD
git merge main
git cherry-pick abc123
git revert HEAD
git reset --hard HEAD~1
git restore src/a.ts
git rm src/old.ts
git mv a b
git tag v1.2.3
git remote -v
git rev-parse HEAD
git rev-parse --show-toplevel
git ls-files
git ls-files src
git grep -n TODO
git grep -i 'some text' src
git describe --tags
git shortlog -sn
git worktree list
git --version
git clean -n
git reflog
ls
ls -la
ls -la src
ls src/components
cat package.json
cat src/a.ts README.md
head -n 20 src/a.ts
head -20 src/a.ts
tail -n 50 log.txt
tail -f log.txt
wc -l src/a.ts
grep -rn TODO src
grep -r '/api/v1' src
grep -E 'a|b' src/a.ts
grep -v '^#' x.conf
rg TODO
rg -n 'function \w+' src
rg --files
rg -g '*.ts' import
rg '/login' src
rg -i -C 3 error logs
find . -name '*.ts'
find src -type f -name '*.test.ts'
find . -maxdepth 2 -type d
find src -newer package.json
fd '\.ts$' src
fd -e ts
sed -n 1,20p src/a.ts
sed -n '10,20p' src/a.ts
sed 's/foo/bar/g' src/a.ts
sed '/^$/d' x
sed -E 's/([a-z]+)/x/' x
sed -n '/start/,/end/p' x
awk '{print $1}' x
awk -F, '{print $2}' data.csv
awk '{sum+=$1} END {print sum}' x
awk 'NR==10' x
awk 'length > 80' x
sort x
sort -u x
sort -rn x
sort -k2 -t, data.csv
uniq -c x
diff a b
diff -u a.ts b.ts
diff -r src lib
tree -L 2
tree src
echo hello
echo done && true
pwd
date
file src/a.png
tar tf x.tar
tar -tvzf x.tgz
unzip -l x.zip
xxd x
man ls
less x
npm test
npm run build
npm run test -- --watch=false
npm ci
npm install
npm install lodash
npm ls
npm outdated
npm run lint -- --fix
yarn
yarn install
yarn test
yarn build
pnpm install
pnpm test
pnpm run build
node script.js
node src/index.js --port 3000
node --test
node --version
python3 script.py
python3 -m pytest
python3 -m pytest tests/test_a.py -k name
python3 --version
make
make test
make -j4 build
make lint test
go test ./...
go build ./...
go vet ./...
go test -run TestX ./pkg
cargo build
cargo test
cargo check
cargo clippy
cargo fmt
curl http://localhost:3000/health
curl -s http://localhost:3000/api/users
curl -I https://example.com
curl -v localhost:8080
bash scripts/build.sh
sh ./run.sh
tsc --noEmit
eslint src
eslint --fix src
prettier --check .
jest
jest src/a.test.ts
jq .name package.json
du -sh src
df -h
which node
uname -a
whoami
true
test -f package.json
touch src/new.ts
mkdir -p src/new
cp a b
mv src/a.ts src/b.ts
rm src/old.ts
chmod +x scripts/build.sh
docker ps
kubectl get pods
ruby script.rb
php artisan migrate
`)
